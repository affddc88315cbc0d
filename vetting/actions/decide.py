"""Deciding: the fast lane's clear by one person; everything else recommended by one and signed by another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785
from django.db import transaction
from django.utils import timezone

from evidence import frozen as frozen_evidence
from evidence.models import Allegation, DerogatoryNote
from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from vetting import facts
from vetting.actions import ends, frozen, gates, restrict, rows
from vetting.days import today
from vetting.models import Case, Clearance, ClearRecord, Outcome
from vetting.models.outcomes import a_year_after
from vetting.rules import cases as rules
from vetting.rules import evidence
from vetting.rules import gates as gate_rules

Condition = Mapping[str, str]  # {condition, answer}


@transaction.atomic
def clear(*, case: Case, basis: str, by: User, conditions: Sequence[Condition] = ()) -> Case:
    """Clear in the fast lane: one authorised person, and what was known is frozen all the same.

    `conditions`: what is written of each that a gate makes.
    """
    case = Case.objects.locked(case.pk)
    by = reach.anew(by)
    answers = gates.ask_anew(case.nomination, gates.DECISION)
    rules.check_can_clear(by, case)
    written = gate_rules.answered(answers, conditions)
    payload = frozen.decision(case, kind="clear", by=by, written=written, basis=basis)
    record = ClearRecord.objects.create(case=case, canonical=rfc8785.dumps(payload), by=by, at=timezone.now())
    record.refresh_from_db(fields=["digest"])
    return cleared(case, by=by, digest=record.digest)


@transaction.atomic
def recommend_clear(
    *, case: Case, basis: str, by: User, conditions: Sequence[Condition] = ()
) -> Determination:
    """A clear outside the fast lane: recommended by one person, approved by another."""
    case = Case.objects.locked(case.pk)
    answers = gates.ask_anew(case.nomination, gates.DECISION)
    rules.check_can_recommend_clear(by, case)
    written = gate_rules.answered(answers, conditions)
    case.recommend_clear()
    ends.save(case)
    return _recommend(case, kind="clear", by=by, written=written, basis=basis)


@transaction.atomic
def recommend_withhold(
    *,
    case: Case,
    grounds: str,
    basis: str,
    by: User,
    allegations: Sequence[Allegation] = (),
    notes: Sequence[DerogatoryNote] = (),
    includes_subunits: bool = False,
) -> Determination:
    """Recommend that a case be withheld, on *gvhr* or *non-hr* grounds. Somebody else signs.

    On *gvhr* grounds it rests on allegations that are judged credible, with the whole worksheet answered.
    """
    case = Case.objects.locked(case.pk)
    rules.check_can_recommend_withhold(by, case)
    named = evidence.check_withhold(case, grounds=grounds, allegations=allegations, notes=notes)
    case.recommend_withhold()
    ends.end_suspension(case)
    ends.save(case)
    return _recommend(
        case,
        kind="withhold",
        by=by,
        grounds=grounds,
        basis=basis,
        allegations=frozen_evidence.allegations(named),
        notes=frozen_evidence.notes(notes),
        includes_subunits=includes_subunits,
    )


def _recommend(case: Case, *, kind: str, by: User, **of_its_own: Any) -> Determination:
    determination = signing.recommend(
        kind=kind,
        target=ends.target_of(case),
        subject=case.subject,
        payload=frozen.decision(case, kind=kind, by=by, **of_its_own),
        covers=frozen.covers(case, kind=kind),
        by=by,
        law=case.restriction_law,
        country=case.country,
        post=case.post,
    )
    rows.refresh([case])
    return determination


def cleared(case: Case, *, by: User, digest: str) -> Case:
    """What a clear leaves behind, by one person or by two: a clearance for a year."""
    case.clear()
    ends.close(case)
    ends.save(case)
    unit_case = case.unit_case or case
    Clearance.objects.create(
        case=case,
        subject_id=case.subject_id,
        unit_id=unit_case.subject_id,
        law=case.restriction_law,
        valid_from=today(),
        valid_until=a_year_after(today()) - dt.timedelta(days=1),
        by=by,
    )
    audit.record("vetting.cleared", by=by, target=case, digest=digest)
    outbox.tell(facts.CLEARED, case=str(case.pk))
    rows.refresh([case])
    return case


def withheld(case: Case, *, determination: Determination, by: User) -> Case:
    """What a signed withhold leaves behind: on *gvhr* grounds a restriction, met at once wherever it reaches.

    *Non-hr* grounds end this case, and bar its unit's people in this nomination, and nothing else.
    """
    payload = determination.payload
    gvhr = payload["grounds"] == "gvhr"
    case.withhold(Outcome.WITHHELD_GVHR if gvhr else Outcome.WITHHELD_NON_HR)
    ends.close(case)
    ends.save(case)
    audit.record(
        "vetting.withheld", by=by, target=case, digest=determination.digest, grounds=payload["grounds"]
    )
    if gvhr:
        restrict.impose(
            subject=case.subject,
            law=case.restriction_law,
            includes_subunits=payload["includes_subunits"],
            cause=determination,
            by=by,
        )
    else:
        ends.mark([case], "earlier-withheld")
    outbox.tell(facts.WITHHELD, case=str(case.pk), determination=str(determination.pk))
    people = restrict.meet_people_of(case, by=by)
    rows.refresh([case, *people])
    if gvhr:
        restrict.meet_everywhere(subject=case.subject, by=by)
    return case
