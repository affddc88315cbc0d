"""Every address there is, from the URLconf, filled in with what the database has; and who goes there."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cspa.acts.milestones import MILESTONE_ACTS
from foundation.accounts.models import User
from foundation.signing.acts import DETERMINATION_ACTS
from remediation.acts.files import REMEDIATION_ACTS
from remediation.acts.informing import NOTIFICATION_ACTS, PUBLICATION_ACTS
from remediation.acts.steps import STEP_ACTS
from tests.support.people import Caller
from tests.vetting.browsing import BACKEND
from units.acts import INDIVIDUAL_ACTS, UNIT_ACTS
from vetting.acts.cases import CASE_ACTS
from vetting.acts.checks import CHECK_ACTS
from vetting.acts.nominations import CANDIDATE_ACTS, NOMINATION_ACTS

# The segment of an address before an id → what has that id.
MODELS = {
    "cases": "vetting.Case",
    "checks": "vetting.Check",
    "queues": "vetting.Queue",
    "nominations": "vetting.Nomination",
    "rows": "vetting.Candidate",
    "candidates": "vetting.Candidate",
    "restrictions": "vetting.Restriction",
    "remediations": "remediation.Remediation",
    "steps": "remediation.Step",
    "host-notifications": "remediation.HostNotification",
    "publications": "remediation.Publication",
    "routing-rules": "vetting.RoutingRule",
    "programs": "vetting.Program",
    "matches": "screening.Match",
    "determinations": "signing.Determination",
    "units": "units.Unit",
    "individuals": "units.Individual",
    "command-links": "units.CommandLink",
    "postings": "units.Posting",
    "lineage-events": "units.LineageEvent",
    "subjects": "units.Subject",
    "sources": "sources.Source",
    "documents": "sources.Document",
    "citations": "sources.Citation",
    "conflicts": "sources.Conflict",
    "compartments": "sources.Compartment",
    "incidents": "evidence.Incident",
    "allegations": "evidence.Allegation",
    "derogatory-notes": "evidence.DerogatoryNote",
    "jobs": "doors.Job",
    "imports": "doors.Job",
    "upload": "doors.Job",
    "events": "audit.Event",
    "countries": "accounts.Country",
    "list-years": "cspa.ListYear",
    "listings": "cspa.Listing",
    "waivers": "cspa.Waiver",
    "reinstatements": "cspa.Reinstatement",
    "action-plans": "cspa.ActionPlan",
    "milestones": "cspa.Milestone",
}
ACTS = {
    "cases": CASE_ACTS,
    "checks": CHECK_ACTS,
    "determinations": DETERMINATION_ACTS,
    "nominations": NOMINATION_ACTS,
    "rows": CANDIDATE_ACTS,
    "units": UNIT_ACTS,
    "individuals": INDIVIDUAL_ACTS,
    "milestones": MILESTONE_ACTS,
    "remediations": REMEDIATION_ACTS,
    "steps": STEP_ACTS,
    "host-notifications": NOTIFICATION_ACTS,
    "publications": PUBLICATION_ACTS,
}
OTHER = {"field": ("national_id", "place_of_birth"), "kind": ("csv", "xlsx")}
CALLS = "api/v1/"
HOLE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    paths: tuple[str, ...]

    @property
    def is_call(self) -> bool:
        return self.route.startswith(CALLS)


class Somebody:
    """One person, by call and by browser."""

    def __init__(self, user: User) -> None:
        self.user, self.caller, self.client = user, Caller(user), Client()
        self.signs_in()

    def signs_in(self) -> None:
        self.client.force_login(self.user, BACKEND)

    def is_signed_in(self) -> bool:
        return "_auth_user_id" in self.client.session

    def get(self, path: str) -> Any:
        return self.caller.get(path) if path.startswith(f"/{CALLS}") else self.client.get(path)

    def post(self, path: str) -> Any:
        """With nothing in it."""
        if path.startswith(f"/{CALLS}"):
            return self.caller.post(path, {}, If_Match='"1"', Idempotency_Key="none")
        return self.client.post(path)


def text_of(response: Any) -> str:
    """The body, a spreadsheet unpacked, without the time it was made."""
    if "spreadsheet" not in response.get("Content-Type", ""):
        return b"".join(response).decode() if response.streaming else response.content.decode()
    with zipfile.ZipFile(io.BytesIO(response.content)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name != "docProps/core.xml")


def every_address(most: int = 100) -> list[Address]:
    """Each with the paths it stands for: `most` things of a kind, every act on the first of them."""
    return [Address(name, route, tuple(_filled(route, most))) for name, route in _routes(get_resolver(), "")]


def every_route() -> list[str]:
    """One path for each, filled in with what nobody has: enough for what is decided before a view is."""
    return ["/" + HOLE.sub(_nobodys, route) for _, route in _routes(get_resolver(), "")]


def _nobodys(hole: re.Match[str]) -> str:
    name = hole[1] or hole[2]
    if name in OTHER:
        return OTHER[name][0]
    return {"<slug": "x", "<int": "1", "<str": "x"}.get(hole[0].partition(":")[0], str(UUID(int=0)))


def _routes(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern).removeprefix("^").removesuffix("$").replace("\\Z", "").replace(
            "\\.", "."
        )
        if isinstance(each, URLResolver):
            yield from _routes(each, route)
        elif isinstance(each, URLPattern):
            yield each.name or "", route


def _filled(route: str, most: int) -> list[str]:
    """Each hole in turn; a row goes with its own class."""
    paths = ["/" + route]
    while paths and (hole := HOLE.search(paths[0])):
        name, of = hole[1] or hole[2], paths[0][: hole.start()].rstrip("/").rpartition("/")[2]
        if name == "act":
            above = paths[0][: hole.start()].rstrip("/").split("/")[-2]
            paths = [_fill(paths[0], act) for act in ACTS[above]]
        else:
            paths = [_fill(path, value) for path in paths for value in _values(name, of, path, most)]
    return paths


def _fill(path: str, value: str) -> str:
    return HOLE.sub(lambda hole: value, path, count=1)


def _values(name: str, of: str, path: str, most: int) -> list[str]:
    if name in OTHER:
        return list(OTHER[name])
    things: Any = apps.get_model(MODELS[of])._default_manager.all()
    if of in ("rows", "candidates"):
        things = things.filter(nomination=path.split("/nominations/")[1].partition("/")[0])
    return [str(pk) for pk in things.order_by("-pk").values_list("pk", flat=True)[:most]]
