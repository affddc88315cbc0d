"""Cases, matches and recommendations for the trust tests of signing."""

from __future__ import annotations

from typing import Any

from foundation.accounts.models import User
from foundation.outbox import relay
from foundation.signing.models import Determination
from screening.models import Match
from tests.support.evidence import credible
from units import actions as units
from units.models import Individual
from vetting.actions import checks, decide
from vetting.models import Case

People = dict[str, User]


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def a_known(people: People, name: str = "Somebody Known") -> Individual:
    someone = Individual(country_id="XA", nationality="XA")
    return units.record(subject=someone, names=[units.Called(name)], by=people["drl"])


def a_match(case: Case, people: People) -> Match:
    """With a known person of the same name, recorded now."""
    known = a_known(people, case.subject.name)
    relay.drain()
    return Match.objects.get(nominee=case.subject_id, known=known.pk)


def withhold(case: Case, people: People, **how: Any) -> Determination:
    how = {"grounds": "non-hr", "basis": "What was reported."} | how
    if how["grounds"] == "gvhr":
        how = {"allegations": credible(case.subject, people["drl"])} | how
    return decide.recommend_withhold(case=fresh(case), by=people["drl"], **how)


def skip_of(case: Case, people: People) -> Determination:
    check = case.checks.get(queue__check_type="consular")
    return checks.recommend_skip(check=check, reason="Closed.", by=people["coordinator"])
