"""The register in the database: found by the very next query, in the transaction that writes the subject."""

from __future__ import annotations

import pytest
from django.db import transaction

from foundation.accounts.models import User
from screening import actions as screening
from screening import core, register
from screening.models import Key, Match
from units import actions as units
from units.models import Individual, Name
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]


def known(people: People, *names: str, born: str = "") -> Individual:
    person = Individual(country_id="XA", date_of_birth=born, nationality="XA")
    return units.record(subject=person, names=[units.Called(name) for name in names], by=people["drl"])


def found(*names: str, born: str | None = None) -> list[str]:
    asked = core.Subject("individual", tuple(names), born, "XA")
    return [each.subject.name for each in register.search(asked)]


def test_a_subject_is_found_before_its_transaction_even_ends(people: People) -> None:
    with transaction.atomic():
        known(people, "Ilmar Teskowa")
        assert found("Ilmar Teskova") == ["Ilmar Teskowa"]


def test_a_subject_that_is_rolled_back_leaves_no_key(people: People) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        known(people, "Ilmar Teskowa")
        raise RuntimeError
    assert not Key.objects.exists()
    assert found("Ilmar Teskowa") == []


def test_every_name_in_every_script_finds_it(people: People) -> None:
    known(people, "Ilmar Teskowa", "Ильмар Тескова", "Abu Teskow")
    assert found("Ильмар Тескова") == found("Teskowa, Ilmar") == found("Abu Teskow") == ["Ilmar Teskowa"]


def test_a_birth_date_alone_finds_nobody(people: People) -> None:
    known(people, "Ilmar Teskowa", born="1980-03-05")
    assert found("Quentin Abara", born="1980-03-05") == []


def test_a_corrected_name_is_found_by_the_new_and_not_the_old(people: People) -> None:
    person = known(people, "Ilmar Teskowa")
    units.correct(
        subject=person, changes={}, names=[units.Called("Bruno Halvik")], reason="Misread.", by=people["drl"]
    )
    assert (found("Ilmar Teskowa"), found("Bruno Halvik")) == ([], ["Bruno Halvik"])


def test_a_nominee_is_no_known_subject_until_it_carries_a_mark(people: People, routed: list[Case]) -> None:
    nominee = routed[1].subject
    assert found(nominee.name) == []
    screening.mark(subject=nominee, reason="earlier-suspended", adverse=True)
    assert found(nominee.name) == [nominee.name]
    screening.unmark(subject=nominee, reason="earlier-suspended")
    assert found(nominee.name) == []


def test_screening_twice_keeps_a_verdict_that_still_fits(people: People, routed: list[Case]) -> None:
    nominee = routed[1].subject
    known(people, nominee.name)
    [match] = screening.screen(nominee=nominee)
    screening.judge(match=match, verdict="different", reason="Another person.", by=people["section"])
    assert screening.screen(nominee=nominee) == []
    assert Match.objects.get().verdict == "different"


def test_what_was_judged_and_has_changed_is_to_be_judged_again(people: People, routed: list[Case]) -> None:
    nominee = routed[1].subject
    person = known(people, nominee.name)
    [match] = screening.screen(nominee=nominee)
    screening.judge(match=match, verdict="different", reason="Another person.", by=people["section"])
    born = Individual.objects.get(pk=nominee.pk).date_of_birth
    units.correct(
        subject=person, changes={"date_of_birth": born}, names=None, reason="Now known.", by=people["drl"]
    )
    assert [each.verdict for each in screening.screen(nominee=nominee)] == [""]
    assert match.verdicts.count() == 1
    assert Name.objects.filter(subject=nominee).exists()
