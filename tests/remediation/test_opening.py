"""What a restriction opens, in the very transaction that imposes it."""

from __future__ import annotations

import pytest

from foundation.accounts.models import User
from foundation.audit.models import Event
from remediation.models import HostNotification, Publication, Remediation
from tests.support import classes, evidence
from tests.support import wayback as way
from tests.support.people import person
from units.models import Subject
from vetting.actions import decide, restrict
from vetting.models import Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


def test_a_unit_under_the_state_law_opens_all_three_each_with_owner_and_clock(people: People) -> None:
    restriction = way.restricted(way.a_unit(people), people)
    notification, publication = HostNotification.objects.get(), Publication.objects.get()
    file = Remediation.objects.get()
    assert notification.cause_id == restriction.cause_id and notification.state == "open"
    assert (notification.owner, publication.owner) == (people["remediation"], people["publication"])
    assert notification.due_on > restriction.since and publication.due_on > restriction.since
    assert [each.restriction for each in file.of_restrictions.all()] == [restriction]
    assert file.incidents.count() == 1  # the incident that it was signed on


def test_people_and_the_dod_law_are_not_published(people: People) -> None:
    way.restricted(way.a_person(people), people)
    way.restricted(way.a_unit(people), people, way.DOD)
    assert HostNotification.objects.count() == 2 and not Publication.objects.exists()


def test_one_notification_for_each_withhold_and_one_file_for_both_laws(people: People) -> None:
    unit = way.a_unit(people)
    way.restricted(unit, people, way.STATE)
    way.restricted(unit, people, way.DOD)
    way.restricted(unit, people, way.STATE, includes_subunits=True)  # a second signature behind the first
    assert HostNotification.objects.count() == 3
    assert Publication.objects.count() == 1 and Remediation.objects.count() == 1
    assert Remediation.objects.get().of_restrictions.count() == 2


def test_a_withhold_of_a_case_opens_them_too(people: People) -> None:
    case = classes.screened(1, by=people["nominator"]).cases.get(kind="unit")
    recommended = decide.recommend_withhold(
        case=case,
        grounds="gvhr",
        basis="As read.",
        allegations=evidence.credible(Subject.objects.get(pk=case.subject_id), people["drl"]),
        by=people["drl"],
    )
    way.signed(recommended, people)
    assert HostNotification.objects.get().cause == recommended
    assert Remediation.objects.get().subject_id == case.subject_id
    case.refresh_from_db()
    assert case.status == Status.WITHHELD


def test_published_history_has_a_file_but_no_notification(people: People) -> None:
    unit = way.a_unit(people)
    restrict.impose(
        subject=Subject.objects.get(pk=unit.pk), law=way.STATE, includes_subunits=False, cause=None, by=None
    )
    assert not HostNotification.objects.exists()
    assert Publication.objects.get().state == "undecided"
    assert Remediation.objects.filter(subject=unit.pk).exists()


def test_whoever_has_the_least_to_do_owns_it(people: People) -> None:
    second = person("remediation", username="remediation-second")
    for number in range(4):
        way.restricted(way.a_unit(people, f"{number}th Pier Company"), people)
    owners = list(HostNotification.objects.values_list("owner__username", flat=True))
    assert owners.count("remediation") == owners.count(second.username) == 2


def test_where_nobody_holds_the_role_the_duty_stands_without_an_owner(people: People) -> None:
    people["remediation"].groups.clear()
    way.restricted(way.a_unit(people), people)
    assert HostNotification.objects.get().owner is None


def test_each_is_an_event_of_the_subject(people: People) -> None:
    unit = way.a_unit(people)
    way.restricted(unit, people)
    actions = set(Event.objects.filter(chain=unit.audit_chain).values_list("action", flat=True))
    assert {
        "remediation.notification-opened", "remediation.publication-opened", "remediation.opened",
        "remediation.incident-added",
    } <= actions  # fmt: skip
