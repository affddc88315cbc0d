"""Asking the gates: at nomination, at a decision, when a record changes, and on the event's first day.

Each answer that differs is a row more. One that no longer lets a case through recalls what was cleared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cspa import fiscal
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.signing import actions as signing
from vetting import facts
from vetting.actions import ends, frozen_gates, rows
from vetting.days import today
from vetting.gates import GATES, LABELS, Gate, Said
from vetting.models import Case, GateAnswer, Nomination, Status
from vetting.models.cases import OPEN
from vetting.rules import gates as rules

NOMINATED, AMENDED, CHANGED, DECISION, FIRST_DAY = (
    "nominated", "event-amended", "record-changed", "decision", "first-day",
)  # fmt: skip


def ask_first(nomination: Nomination) -> dict[str, str]:
    """At nomination: recorded, and shown. Answers each gate's state."""
    return {gate.name: _write(nomination, gate, gate.ask([nomination])[0], NOMINATED).state for gate in GATES}


def ask_anew(nomination: Nomination, because: str) -> list[GateAnswer]:
    """At a decision, in its transaction: whatever is on record now, kept where it differs."""
    for gate in GATES:
        [said] = gate.ask([nomination])
        if _says_otherwise(nomination, gate, said):
            _write(nomination, gate, said, because)
    return rules.standing(nomination)


def _standing(nomination: Nomination, gate: Gate) -> GateAnswer | None:
    return next((each for each in rules.standing(nomination) if each.gate == gate.name), None)


def _write(nomination: Nomination, gate: Gate, said: Said, because: str) -> GateAnswer:
    """The next answer. A number may not be taken twice, so of two who ask at once one asks again."""
    standing = _standing(nomination, gate)
    return GateAnswer.objects.create(
        nomination=nomination,
        gate=gate.name,
        number=standing.number + 1 if standing else 1,
        because=because,
        asked_at=timezone.now(),
        **said,
    )


# --- asked again ---


@transaction.atomic
def record_changed(country: str, fiscal_year: int) -> None:
    """Handles `cspa.changed`, in its transaction: whatever the record touches is asked again at once."""
    first, last = fiscal.first_day(fiscal_year), fiscal.last_day(fiscal_year)
    touched = alive().filter(event_starts_on__lte=last, event_ends_on__gte=first)
    ask_again(touched.filter(country=country) if country else touched, because=CHANGED, by=None)


def alive() -> QuerySet[Nomination]:
    """Nominations with an open case, or with a live clearance for an event that is not over."""
    cases = Case.objects.filter(nomination=OuterRef("pk"))
    cleared = Exists(cases.filter(status=Status.CLEARED))
    return Nomination.objects.filter(
        Exists(cases.filter(status__in=OPEN)) | Q(cleared, event_ends_on__gte=today())
    )


@transaction.atomic
def ask_again(nominations: QuerySet[Nomination], *, because: str, by: User | None) -> None:
    """Ask for each; where the answer is another, what rested on the old one is met by the new one.

    The cases of all of them are locked together, in the one order for everybody.
    """
    asked = list(nominations.order_by("pk").prefetch_related("gate_answers"))
    if not asked:
        return
    for gate in GATES:
        answers = list(zip(asked, gate.ask(asked), strict=True))
        others = [(each, said) for each, said in answers if _says_otherwise(each, gate, said)]
        cases = _locked_cases([each for each, _ in others])
        for nomination, said in others:
            _answer_is_another(nomination, gate, said, because, by, cases[nomination.pk])
        if because == FIRST_DAY:
            for nomination, said in answers:
                if nomination.pk not in cases:
                    _write(nomination, gate, said, because)


def _says_otherwise(nomination: Nomination, gate: Gate, said: Said) -> bool:
    standing = _standing(nomination, gate)
    return standing is None or standing.said != said


def _locked_cases(nominations: Sequence[Nomination]) -> dict[Any, list[Case]]:
    found: dict[Any, list[Case]] = {each.pk: [] for each in nominations}
    if found:
        cases = Case.objects.filter(nomination__in=found, status__in=(*OPEN, Status.CLEARED))
        for case in cases.all_locked():
            found[case.nomination_id].append(case)
    return found


def _answer_is_another(
    nomination: Nomination, gate: Gate, said: Said, because: str, by: User | None, cases: list[Case]
) -> None:
    standing, answer = _standing(nomination, gate), _write(nomination, gate, said, because)
    Case.objects.filter(pk__in=[each.pk for each in cases]).update(
        version=F("version") + 1, updated_at=timezone.now()
    )
    audit.record(
        "vetting.gate-answered", by=by, target=nomination, gate=gate.name, because=because,
        was=standing.state if standing else None, now=answer.state,
    )  # fmt: skip
    signing.overtake(
        kind=frozen_gates.GATE, ref=nomination.pk, changed=_changed(gate, standing, answer), by=by
    )
    if not answer.lets_through:
        _recall(cases, answer, standing, by)


def _changed(gate: Gate, standing: GateAnswer | None, answer: GateAnswer) -> str:
    was = f"{standing.get_state_display().lower()} before" if standing else "not asked before"
    return f"{LABELS[gate.name]}: {answer.get_state_display().lower()} now, {was}."


def _recall(cases: Sequence[Case], answer: GateAnswer, standing: GateAnswer | None, by: User | None) -> None:
    """Nothing is held against the subjects: the law bars the country, and marks nobody."""
    recalled = [
        ends.recall(
            Case.objects.get(pk=each.pk), because="gate", by=by, gate=answer.gate, now=answer.state,
            was=standing.state if standing else None,
        )
        for each in cases
        if each.status == Status.CLEARED
    ]  # fmt: skip
    rows.refresh(recalled)


def ask_after_amending(nomination: Nomination, by: User) -> None:
    """The event lies on other days: its nominator moved it, and holds the nomination's locks."""
    ask_again(Nomination.objects.filter(pk=nomination.pk), because=AMENDED, by=by)


# --- by the clock ---


def due(day: dt.date) -> QuerySet[Nomination]:
    """Events that have begun, and whose gates were not asked on their first day yet."""
    begun = alive().filter(event_starts_on__lte=day, event_ends_on__gte=day)
    return begun.exclude(gate_answers__because=FIRST_DAY)


def never_asked() -> QuerySet[Nomination]:
    """From before there was a gate."""
    return alive().filter(gate_answers=None)


def tell_due() -> None:
    """A worker asks."""
    pks = [*due(today()).values_list("pk", flat=True), *never_asked().values_list("pk", flat=True)]
    outbox.tell_many(facts.GATES_DUE, [{"nomination": str(pk)} for pk in dict.fromkeys(pks)])


def ask_due(nomination: str) -> None:
    """Handles `vetting.gates-due`. Twice is once."""
    ask_again(never_asked().filter(pk=nomination), because=NOMINATED, by=None)
    ask_again(due(today()).filter(pk=nomination), because=FIRST_DAY, by=None)
