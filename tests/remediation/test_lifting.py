"""Lifting: per law, per subject, from one file, with all that is missing said; and what it touches not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from evidence.models import Allegation
from foundation.accounts.models import User
from foundation.refused import NotNow, NotYours
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from foundation.sources.dated import days
from remediation import public
from remediation.actions import files, publication, steps
from remediation.matrix import Matrix
from remediation.models import Committee, Publication, Remediation, Requirement, Step
from remediation.rules import ready
from tests.support import classes, evidence
from tests.support import wayback as way
from units import actions as units
from units.models import LineageEvent, LineageKind, Unit
from vetting.actions import cases, restrict
from vetting.days import today
from vetting.models import Answered, Case, Restriction, Status
from vetting.rules import evidence as evidence_rules

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


def missing(file: Remediation, law: str = way.STATE, grounds: str | None = None) -> list[str]:
    return ready.missing(Matrix(Remediation.objects.get(pk=file.pk)), law, grounds)


def restricted(people: People, *laws: str) -> tuple[Unit, Remediation]:
    unit = way.a_unit(people)
    for law in laws or (way.STATE,):
        way.restricted(unit, people, law)
    return unit, way.file_of(unit)


# --- by steps taken ---


def test_a_lift_that_is_not_ready_says_all_that_is_missing(people: People) -> None:
    _, file = restricted(people)
    with pytest.raises(NotNow) as refused:
        way.lift(file, people)
    said = [each.detail for each in refused.value.problems]
    assert said[0] == "Incident 1: nobody responsible is named or described."
    assert len(said) == 1 + len(Committee)
    of = way.named(file, people)
    assert missing(file)[:3] == [
        f"Incident 1, responsible person 1: no step is set for the {each}."
        for each in ("investigation", "adjudication", "sentence or sanction")
    ]
    step = way.step_set(of, people)
    assert missing(file)[0].endswith("the investigation is open.")
    way.completed(step, people)
    assert missing(file)[0].endswith("the investigation is not verified.")
    steps.verify(step=Step.objects.get(), reason="Read it.", by=people["legal"])
    assert len(missing(file)) == 2 + len(Committee)


def test_effective_steps_only_after_the_four_committees_were_told(people: People) -> None:
    unit, file = restricted(people)
    way.closed(way.named(file, people), people)
    assert [each for each in missing(file) if "committee" not in each] == []
    for committee in Committee:
        with pytest.raises(NotNow, match="has not been told"):
            way.lift(file, people)
        files.tell_committee(file=file, committee=committee, sent_on=today(), by=people["remediation"])
    way.signed(way.lift(file, people), people)
    assert Restriction.objects.get(subject=unit.pk).until == today()


def test_under_the_dod_law_no_committee_but_every_step_that_was_set(people: People) -> None:
    unit, file = restricted(people, way.DOD)
    of = way.named(file, people)
    way.closed(of, people)
    assert missing(file, way.DOD) == []
    training = way.step_set(of, people, "other")
    assert missing(file, way.DOD) == ["Incident 1, responsible person 1: the other measure is open."]
    way.verified(training, people)
    way.signed(way.lift(file, people, way.DOD), people)
    assert not Restriction.objects.in_force(today()).filter(subject=unit.pk).exists()


def test_one_open_incident_or_person_keeps_it_barred(people: People) -> None:
    """Three incidents, five responsible people; refused until the last of them is closed."""
    unit, file = restricted(people)
    for title in ("At the market", "On the road"):
        incident = evidence.an_incident(people["drl"], title=title)
        files.add_incident(file=file, incident=incident, by=people["remediation"])
    first, second, third = (each.incident for each in file.incidents.order_by("at"))
    responsible = [
        way.named(file, people, incident, f"Person {number}")
        for number, incident in enumerate((first, first, second, third, third), 1)
    ]
    way.told(file, people)
    for of in responsible:
        with pytest.raises(NotNow):
            way.lift(file, people)
        way.closed(of, people)
    assert missing(file) == []
    way.signed(way.lift(file, people), people)
    assert not Restriction.objects.in_force(today()).filter(subject=unit.pk).exists()


def test_an_incident_that_is_alleged_credibly_must_be_in_the_file(people: People) -> None:
    """Whoever leaves one out does not get round it: it comes into the file by itself."""
    unit, file = restricted(people)
    way.remedied(unit, people)
    evidence.credible(unit, people["drl"])
    assert file.incidents.count() == 2
    assert missing(file) == ["Incident 2: nobody responsible is named or described."]


def test_an_allegation_that_nobody_has_assessed_is_open(people: People) -> None:
    unit, file = restricted(people)
    way.remedied(unit, people)
    evidence.an_allegation(unit, people["drl"])
    assert missing(file) == ["1 allegation against it: not assessed yet."]


def test_an_incident_judged_not_credible_needs_nobody(people: People) -> None:
    unit, file = restricted(people)
    way.remedied(unit, people)
    [late] = evidence.credible(unit, people["drl"])
    assert missing(file)
    evidence.assessed(late, people["drl"], conclusion="not-credible")
    assert missing(file) == []


def test_which_steps_a_law_requires_is_dated_data(people: People) -> None:
    unit = way.a_unit(people)
    same = evidence.credible(unit, people["drl"])
    for law in (way.STATE, way.DOD):
        way.restricted(unit, people, law, allegations=same)
    file = way.file_of(unit)
    way.closed(way.named(file, people), people)
    assert not [each for each in missing(file) if "committee" not in each]
    Requirement.objects.create(law=way.STATE, kind="command-change", certain=days(today(), None))
    asked = "Incident 1, responsible person 1: no step is set for the command change."
    assert asked in missing(file) and asked not in missing(file, way.DOD)
    Requirement.objects.filter(kind="command-change").update(
        certain=days(today() - dt.timedelta(days=9), today() - dt.timedelta(days=1)),
        possible=days(today() - dt.timedelta(days=9), today() - dt.timedelta(days=1)),
    )
    assert asked not in missing(file)


def test_a_step_that_lapsed_bars_again_until_another_answers_it(people: People) -> None:
    unit, file = restricted(people)
    way.remedied(unit, people)
    step = Step.objects.get(kind="sanction")
    steps.lapse(step=step, reason="Released after a week.", by=people["remediation"])
    assert missing(file) == ["Incident 1, responsible person 1: the sentence or sanction has lapsed."]
    way.verified(way.step_set(step.responsible, people, "sanction"), people)
    assert missing(file) == []


# --- the other ways out ---


def test_not_credible_needs_every_allegation_behind_it_judged_anew(people: People) -> None:
    unit = way.a_unit(people)
    both = evidence.credible(unit, people["drl"]) + evidence.credible(unit, people["drl"])
    way.restricted(unit, people, allegations=both)
    file = way.file_of(unit)
    assert missing(file, grounds="not-credible") == [
        "Allegation 1 of 2 is concluded credible.", "Allegation 2 of 2 is concluded credible.",
    ]  # fmt: skip
    evidence.assessed(both[0], people["drl"], conclusion="not-credible")
    assert missing(file, grounds="not-credible") == ["Allegation 2 of 2 is concluded credible."]
    evidence.assessed(both[1], people["drl"], conclusion="undetermined")
    with pytest.raises(NotNow, match="is undetermined"):
        way.lift(file, people, grounds="not-credible")
    evidence.assessed(both[1], people["drl"], conclusion="not-credible")
    way.signed(way.lift(file, people, grounds="not-credible"), people)
    assert Restriction.objects.get(subject=unit.pk).until == today()


def test_what_rests_on_no_allegation_cannot_be_judged_anew(people: People) -> None:
    unit = way.a_unit(people)
    restrict.impose(subject=unit.subject_ptr, law=way.STATE, includes_subunits=False, cause=None, by=None)
    assert "No allegation is on record" in missing(way.file_of(unit), grounds="not-credible")[0]


def test_wrong_unit_only_once_nothing_names_it(people: People) -> None:
    unit = way.a_unit(people)
    allegations = evidence.credible(unit, people["drl"])
    way.restricted(unit, people, allegations=allegations)
    file = way.file_of(unit)
    with pytest.raises(NotNow, match="1 allegation still name it"):
        way.lift(file, people, grounds="wrong-unit")
    evidence.assessed(allegations[0], people["drl"], conclusion="not-credible")
    assert missing(file, grounds="wrong-unit") == []


def test_a_rename_never_suffices(people: People) -> None:
    unit, file = restricted(people)
    other = way.a_unit(people, "1st Coastal Company")
    grounds = "disbanded-or-changed"
    assert missing(file, grounds=grounds) == [
        "The record does not say that the unit is disbanded or has become another."
    ]
    lineage(people, LineageKind.RENAMED, unit, other)
    way.disband(unit, people)
    assert missing(file, grounds=grounds) == [
        "It goes on under another name or another command: that is the same unit."
    ]
    way.disband(other, people)
    assert missing(file, grounds=grounds) == []


def test_merged_into_another_it_is_another(people: People) -> None:
    unit, file = restricted(people)
    lineage(people, LineageKind.MERGED, unit, way.a_unit(people, "5th Quay Regiment"))
    assert missing(file, grounds="disbanded-or-changed") == []


def test_a_person_is_not_disbanded(people: People) -> None:
    person = way.a_person(people)
    way.restricted(person, people)
    assert missing(way.file_of(person), grounds="disbanded-or-changed") == [
        "Only a unit is disbanded: this is a person."
    ]


def lineage(people: People, kind: str, before: Unit, after: Unit) -> None:
    possible = days(dt.date(2022, 1, 1), dt.date(2022, 12, 31))
    event = LineageEvent(kind=kind, certain=None, possible=possible)
    units.record_lineage(event=event, before=[before], after=[after], by=people["drl"])


# --- what a lift does, and does not ---


def test_two_people_neither_of_whom_wrote_what_it_rests_on(people: People) -> None:
    unit, file = restricted(people)
    way.remedied(unit, people)
    recommended = way.lift(file, people)
    wrote = set(recommended.contributors.values_list("user__username", flat=True))
    assert {"remediation", "legal", "drl"} <= wrote and "approver" not in wrote
    with pytest.raises(NotYours):
        signing.approve(recommended, read=recommended.digest, by=people["remediation"])
    way.signed(recommended, people)
    assert Determination.objects.get(pk=recommended.pk).decided_by == people["approver"]


def test_it_lifts_no_other_law_and_the_file_stays_open_for_it(people: People) -> None:
    unit, file = restricted(people, way.STATE, way.DOD)
    way.remedied(unit, people)
    way.signed(way.lift(file, people, way.STATE), people)
    assert [each.law for each in Restriction.objects.in_force(today())] == [way.DOD]
    assert Remediation.objects.get(pk=file.pk).closed_at is None
    way.signed(way.lift(file, people, way.DOD), people)
    assert Remediation.objects.get(pk=file.pk).closed_at is not None


def test_a_units_lift_lifts_no_persons_restriction(people: People) -> None:
    unit, file = restricted(people)
    person = way.a_person(people)
    way.restricted(person, people)
    way.remedied(unit, people)
    way.signed(way.lift(file, people), people)
    assert [each.subject_id for each in Restriction.objects.in_force(today())] == [person.pk]


def test_effective_steps_are_of_the_state_law_only(people: People) -> None:
    unit, file = restricted(people, way.DOD)
    with pytest.raises(NotNow, match="not restricted under the State law"):
        way.lift(file, people, way.STATE)


def test_the_cases_it_had_barred_are_freed_and_reopened_by_hand(people: People) -> None:
    unit = way.a_unit(people)
    case = classes.screened(1, by=people["nominator"]).cases.get(kind="unit")
    units.judge_same(nominee=case.subject, known=unit, by=people["drl"])
    restriction = way.restricted(unit, people)
    file = way.file_of(unit)
    assert case in restrict.freed_by(restriction)
    with pytest.raises(NotNow, match="restricted under the State law"):
        cases.reopen(case=case, reason="Too early.", by=people["coordinator"])
    way.remedied(unit, people)
    way.signed(way.lift(file, people), people)
    assert Case.objects.get(pk=case.pk).status == Status.BARRED  # none reopens by itself
    reopened = cases.reopen(case=case, reason="Lifted.", by=people["coordinator"])
    assert reopened.status == Status.IN_REVIEW
    assert not evidence_rules.stands_open(Case.objects.get(pk=case.pk))  # the lift has answered it


def test_an_allegation_judged_anew_after_a_lift_is_answered_no_more(people: People) -> None:
    unit = way.a_unit(people)
    [allegation] = evidence.credible(unit, people["drl"])
    way.restricted(unit, people, allegations=[allegation])
    file = way.remedied(unit, people)
    way.signed(way.lift(file, people), people)
    assert Answered.objects.get().allegation == allegation.pk
    evidence.assessed(allegation, people["drl"])
    following = Remediation.objects.get(previous=file)
    assert following.closed_at is None and following.incidents.get().incident == allegation.incident


def test_a_new_restriction_opens_a_file_that_follows_the_old_one(people: People) -> None:
    unit, file = restricted(people)
    way.remedied(unit, people)
    way.signed(way.lift(file, people), people)
    way.restricted(unit, people)
    assert way.file_of(unit).previous is not None
    assert Remediation.objects.get(pk=file.pk).closed_at is not None


def test_an_old_allegation_seen_again_reopens_nothing(people: People) -> None:
    unit, file = restricted(people)
    way.remedied(unit, people)
    way.signed(way.lift(file, people), people)
    old = Allegation.objects.get()
    evidence.assessed(old, people["drl"], conclusion="not-credible")
    assert not Remediation.objects.filter(previous=file).exists()


def test_the_public_list_drops_it_at_once(people: People) -> None:
    unit, file = restricted(people)
    publication.publish(publication=Publication.objects.get(), by=people["publication"])
    assert [each.unit for each in public.ineligible()] == [unit.name]
    way.remedied(unit, people)
    way.signed(way.lift(file, people), people)
    assert public.ineligible() == []


# --- overtaken ---


@pytest.mark.parametrize(
    "change",
    [
        lambda unit, file, people: steps.reject(
            step=Step.objects.first(), reason="The judge was his cousin.", by=people["desk"]
        ),
        lambda unit, file, people: evidence.credible(unit, people["drl"]),
        lambda unit, file, people: files.add_incident(
            file=file, incident=evidence.an_incident(people["drl"], title="Later"), by=people["remediation"]
        ),
        lambda unit, file, people: (
            way.recommended(unit, people, includes_subunits=True)
            and way.signed(Determination.objects.filter(kind="restrict").latest("recommended_at"), people)
        ),
    ],
    ids=["step rejected", "new allegation", "new incident", "another cause"],
)
def test_whatever_changes_what_it_rests_on_overtakes_it(people: People, change: Any) -> None:
    unit, file = restricted(people)
    way.remedied(unit, people)
    recommended = way.lift(file, people)
    change(unit, file, people)
    recommended.refresh_from_db()
    assert recommended.state == "overtaken" and recommended.changed


def test_what_nobody_told_is_found_at_the_signature(people: People) -> None:
    unit, file = restricted(people)
    way.remedied(unit, people)
    recommended = way.lift(file, people)
    units.correct(subject=unit, changes={"location": "Velin"}, names=None, reason="Moved.", by=people["drl"])
    with pytest.raises(NotNow, match="subject"):
        way.signed(recommended, people)


def test_a_recommendation_that_rests_on_the_restriction_is_overtaken_by_its_lift(people: People) -> None:
    """A clear recommended while the subject is restricted under the other law was read with that in view."""
    case = classes.case_at(Status.IN_REVIEW, people, kind="unit")
    unit = way.a_unit(people)
    units.judge_same(nominee=case.subject, known=unit, by=people["drl"])
    way.restricted(unit, people, way.DOD)
    file = way.file_of(unit)
    way.closed(way.named(file, people), people)
    before = Restriction.objects.get().version
    way.signed(way.lift(file, people, way.DOD), people)
    assert Restriction.objects.get().version == before + 1
