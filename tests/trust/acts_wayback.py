"""The acts of the way back, and of restricting without a case: as acts_table.py has the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support import wayback as way
from tests.trust.acts_table import REASON, Doing, again
from tests.trust.acts_world import World
from vetting.days import today

ON = today().isoformat()
LIFT = {"law": "state-leahy", "grounds": "effective-steps", "basis": "All is done."}


def days(name: str) -> dict[str, str]:
    on = today()
    return {f"{name}_0": str(on.day), f"{name}_1": str(on.month), f"{name}_2": str(on.year)}


def of(
    base: str, act: str, event: str, thing: str, later: str, who: str = "remediation", **more: Any
) -> Doing:
    address = f"{base}/{{pk}}/{act}/"
    named = event if "." in event else f"remediation.{event}"
    return Doing(
        who, named, address, f"/{address}", more.pop("other", "approver"),
        lambda world: again(world.known[thing]), lambda world: again(world.known[later]), **more,
    )  # fmt: skip


def file(act: str, event: str, thing: str = "file", later: str = "closed file", **more: Any) -> Doing:
    return of("remediations", act, event, thing, later, **more)


def step(act: str, event: str, thing: str, later: str, **more: Any) -> Doing:
    return of("steps", act, event, thing, later, **more)


def told(act: str, event: str, thing: str, later: str, **body: str) -> Doing:
    return of(
        "host-notifications", act, event, thing, later,
        body={"on": ON, "note": "", **body}, form={**days("on"), "note": "", **body},
    )  # fmt: skip


def nobodys(world: World, thing: Any) -> object:
    """So that somebody can take it."""
    return type(thing).objects.filter(pk=thing.pk).update(owner=None)


def own_incident(world: World) -> str:
    return str(world.known["responsible"].of.incident_id)


def responsible(world: World) -> dict[str, Any]:
    return {"incident": own_incident(world), "description": "A driver"}


def a_step(world: World) -> dict[str, Any]:
    return {"responsible": str(world.known["responsible"].pk), "kind": "sanction", "owner": "desk"}


def restriction(world: World) -> Mapping[str, Any]:
    return {
        "subject": str(world.known["loose unit"].pk),
        "law": "dod-leahy",
        "allegations": [str(world.known["loose allegation"].pk)],
        "basis": "As read.",
    }


def excepted(**on: str) -> dict[str, str]:
    return {"justification": "A hostage is held.", **on}


INQUIRY = way.SAID["investigation"]
WAYBACK: dict[str, Doing] = {
    "REMEDIATION_ACTS take": file("take", "taken", before=nobodys),
    "REMEDIATION_ACTS incidents": file(
        "incidents", "incident-added", body=lambda world: {"incident": str(world.known["loose incident"].pk)}
    ),
    "REMEDIATION_ACTS responsibles": file("responsibles", "responsible-added", body=responsible),
    "REMEDIATION_ACTS steps": file(
        "steps", "step-set", about="remediation.step", later_by_page=False,
        body=lambda world: {**a_step(world), "incident": own_incident(world), "due": ON},
        form=lambda world: {**a_step(world), **days("due")},
    ),
    "REMEDIATION_ACTS committee-notices": file(
        "committee-notices", "committee-told",
        body={"committee": "house-appropriations", "sent_on": ON},
        form={"committee": "house-appropriations", **days("sent_on")},
    ),
    "REMEDIATION_ACTS recommend-lift": file(
        "recommend-lift", "signing.recommended", "ready file", body=LIFT, about="signing.determination"
    ),
    "REMEDIATION_ACTS reopen": file(
        "reopen", "reopened", "closed file", "file", body=REASON, also=frozenset({"remediation.opened"})
    ),
    "STEP_ACTS complete": step(
        "complete", "step-completed", "step", "verified step",
        body=INQUIRY, form={**INQUIRY, "impartial": "yes"},
    ),
    "STEP_ACTS verify": step("verify", "step-verified", "done step", "step", who="legal", body=REASON),
    "STEP_ACTS reject": step("reject", "step-rejected", "done step", "step", who="desk", body=REASON),
    "STEP_ACTS lapse": step("lapse", "step-lapsed", "verified step", "closed step", body=REASON),
    "NOTIFICATION_ACTS take": of(
        "host-notifications", "take", "notification-taken", "notification", "notification", before=nobodys
    ),
    "NOTIFICATION_ACTS draft": told(
        "draft", "notification-drafted", "notification", "delivered", text="Please inquire."
    ),
    "NOTIFICATION_ACTS deliver": told(
        "deliver", "notification-delivered", "drafted", "notification", to="Ministry"
    ),
    "NOTIFICATION_ACTS acknowledge": told(
        "acknowledge", "notification-acknowledged", "delivered", "notification"
    ),
    "NOTIFICATION_ACTS answer": told(
        "answer", "notification-answered", "delivered", "notification", text="An inquiry was opened."
    ),
    "NOTIFICATION_ACTS offer-assistance": told(
        "offer-assistance", "assistance-offered", "delivered", "notification"
    ),
    "PUBLICATION_ACTS publish": of(
        "publications", "publish", "published", "publication", "published", "publication"
    ),
    "PUBLICATION_ACTS recommend-exception": of(
        "publications", "recommend-exception", "signing.recommended", "publication", "published",
        "publication", body=excepted(reported_on=ON), form=excepted(**days("reported_on")),
        about="signing.determination",
    ),
    "RECOMMEND_RESTRICTION": Doing(
        "drl", "signing.recommended", "restrictions/recommend/", "/restrictions/recommend/", "legal",
        body=restriction, about="signing.determination",
    ),
}  # fmt: skip
