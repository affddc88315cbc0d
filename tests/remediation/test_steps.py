"""Steps: whose they are, what each kind owes, and who judges them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.refused import Invalid, NotNow, NotYours
from foundation.sources import citing
from remediation.actions import files, steps
from remediation.actions.steps import STEP
from remediation.models import Remediation, Step, StepState
from tests.support import evidence
from tests.support import wayback as way
from vetting.days import today

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


@pytest.fixture
def file(people: People) -> Remediation:
    unit = way.a_unit(people)
    way.restricted(unit, people)
    return way.file_of(unit)


def test_the_verifier_is_neither_the_owner_nor_who_completed_it(people: People, file: Remediation) -> None:
    step = way.completed(way.step_set(way.named(file, people), people, owner="legal"), people)
    with pytest.raises(NotYours, match="You own this step"):
        steps.verify(step=step, reason="I say so.", by=people["legal"])
    with pytest.raises(NotYours, match="You completed this step"):
        steps.verify(step=step, reason="I say so.", by=people["remediation"])
    assert steps.verify(step=step, reason="Read it.", by=people["desk"]).state == StepState.VERIFIED


@pytest.mark.parametrize("who", ["owner", "completed_by"])
def test_the_database_says_so_too(people: People, file: Remediation, who: str) -> None:
    step = way.completed(way.step_set(way.named(file, people), people, owner="legal"), people)
    verifier = getattr(Step.objects.get(pk=step.pk), who)
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.filter(pk=step.pk).update(
            state="verified", verified_by=verifier, verified_at=step.completed_at
        )


def test_the_owner_cannot_be_exchanged_by_sql(people: People, file: Remediation) -> None:
    step = way.step_set(way.named(file, people), people)
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.filter(pk=step.pk).update(owner=people["drl"])


@pytest.mark.parametrize(
    ("username", "may"),
    [("drl", True), ("legal", True), ("desk", True), ("approver", False), ("coordinator", False),
     ("auditor", False), ("publication", False)],
)  # fmt: skip
def test_who_judges_a_step(people: People, file: Remediation, username: str, may: bool) -> None:
    step = way.completed(way.step_set(way.named(file, people), people), people)
    if may:
        assert steps.reject(step=step, reason="No record.", by=people[username]).state == StepState.REJECTED
    else:
        with pytest.raises(NotYours, match="judges a step"):
            steps.verify(step=step, reason="Read it.", by=people[username])


@pytest.mark.parametrize(
    ("kind", "leave_out", "owed"),
    [
        ("investigation", ["impartial"], ["/impartial"]),
        ("sanction", ["sentence", "proportionality"], ["/sentence", "/proportionality"]),
        ("adjudication", [], []),
        ("other", [], []),
    ],
)
def test_each_kind_owes_its_own(
    people: People, file: Remediation, kind: str, leave_out: list[str], owed: list[str]
) -> None:
    step = way.step_set(way.named(file, people), people, kind)
    said = {name: value for name, value in way.SAID[kind].items() if name not in leave_out}
    if owed:
        with pytest.raises(Invalid) as wrong:
            steps.complete(step=step, by=people["remediation"], **said)
        assert [each.pointer for each in wrong.value.problems] == owed
        assert Step.objects.get(pk=step.pk).state == StepState.OPEN
    else:
        assert steps.complete(step=step, by=people["remediation"], **said).state == StepState.DONE


def test_an_inquiry_that_was_not_impartial_is_recorded_and_not_verified(
    people: People, file: Remediation
) -> None:
    step = way.step_set(way.named(file, people), people)
    steps.complete(
        step=step,
        outcome="Heard by the unit's own commander.",
        impartial=False,
        impartial_reasons="He gave the order.",
        by=people["remediation"],
    )
    with pytest.raises(NotNow, match="not impartial"):
        steps.verify(step=Step.objects.get(), reason="Read it.", by=people["legal"])
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.update(
            state="verified", verified_by=people["legal"], verified_at=dt.datetime.now(dt.UTC)
        )


def test_rejected_it_is_completed_anew_and_both_times_stay(people: People, file: Remediation) -> None:
    step = way.completed(way.step_set(way.named(file, people), people), people)
    steps.reject(step=step, reason="Only two of nine were heard.", by=people["drl"])
    way.verified(Step.objects.get(), people)
    step = Step.objects.get()
    assert step.state == StepState.VERIFIED
    assert [each.act for each in step.entries.all()] == [
        "set", "completed", "rejected", "completed", "verified",
    ]  # fmt: skip
    assert Event.objects.filter(action="remediation.step-verified").count() == 1


def test_verified_it_can_still_be_rejected_and_bars_again(people: People, file: Remediation) -> None:
    step = way.verified(way.step_set(way.named(file, people), people), people)
    steps.reject(step=step, reason="The judge was his cousin.", by=people["drl"])
    step.refresh_from_db()
    assert (step.state, step.verified_by) == (StepState.REJECTED, None)


def test_the_owner_completes_it_whatever_their_role(people: People, file: Remediation) -> None:
    step = way.step_set(way.named(file, people), people, owner="desk")
    with pytest.raises(NotYours):
        steps.complete(step=step, by=people["section"], **way.SAID["investigation"])
    steps.complete(step=step, by=people["desk"], **way.SAID["investigation"])


def test_an_owner_reads_the_file(people: People, file: Remediation) -> None:
    of = way.named(file, people)
    for outsider in ("drl2", "nominator", "admin"):
        with pytest.raises(Invalid) as wrong:
            way.step_set(of, people, owner=outsider)
        assert wrong.value.problems[0].pointer == "/owner"


def test_a_step_of_somebody_of_another_incident_is_refused(people: People, file: Remediation) -> None:
    of = way.named(file, people)
    other = files.add_incident(
        file=file, incident=evidence.an_incident(people["drl"], title="Another"), by=people["remediation"]
    )
    with pytest.raises(Invalid) as wrong:
        steps.set_step(
            file=file,
            incident=other.incident,
            responsible=of,
            kind="investigation",
            owner=people["remediation"],
            due=today(),
            by=people["remediation"],
        )
    assert wrong.value.problems[0].pointer == "/responsible"


def test_it_rests_on_its_citations_version_by_version(people: People, file: Remediation) -> None:
    one, two = evidence.a_citation(people["drl"]), evidence.a_citation(people["drl"])
    step = way.step_set(way.named(file, people), people)
    said: dict[str, Any] = way.SAID["investigation"]
    step = steps.complete(step=step, citations=[one, two], by=people["remediation"], **said)
    assert set(citing.citations_of(STEP, [step.pk])[step.pk]) == {one, two}
    steps.reject(step=step, reason="Not that place.", by=people["drl"])
    steps.complete(step=step, citations=[two], by=people["remediation"], **said)
    assert citing.citations_of(STEP, [step.pk]) == {step.pk: [two]}


def test_nothing_moves_in_a_file_that_is_closed(people: People, file: Remediation) -> None:
    way.remedied(file.subject, people)
    step = Step.objects.first()
    way.signed(way.lift(file, people), people)
    for act in (steps.reject, steps.lapse):
        with pytest.raises(NotNow, match="was closed"):
            act(step=step, reason="Later.", by=people["legal" if act is steps.reject else "remediation"])
    with pytest.raises(NotNow, match="was closed"):
        way.named(file, people, file.incidents.get().incident)


def test_what_was_done_to_a_step_is_kept(people: People, file: Remediation) -> None:
    step = way.step_set(way.named(file, people), people)
    for rows in (step.entries.all(), Step.objects.all(), file.incidents.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)
