"""One person recommends a withhold, another signs it; a later nomination of the same person is barred."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from foundation.accounts.models import User
from tests.stories import deciding, evidence, nominating, vetting
from tests.stories.conftest import Somebody
from tests.stories.person import Person
from tests.support.classes import a_class, a_person, nominated

pytestmark = pytest.mark.django_db(transaction=True)

WHO = a_person(1)["name"]["full"]
HINTS = ("suspend", "withh", "barred", "restrict", "derogatory", "match", "/cases/", "XA-26-")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_withheld_returned_withheld_again_and_signed(
    register: dict[str, User], somebody: Somebody, worked: Callable[[], None]
) -> None:
    first = nominated([a_person(1)], by=register["nominator"])
    worked()

    ana = somebody("section")
    vetting.claims(ana, WHO, vetting.POLITICAL)
    vetting.records(ana, "Derogatory information", "Named in a court's report of 2019.")

    ruth = somebody("drl")
    vetting.suspends(ruth, WHO, "A court names this officer.")
    vetting.gives_an_opinion(somebody("legal"), WHO, "Concurs", "The judgment is final.")
    vetting.gives_an_opinion(somebody("desk"), WHO, "Objects", "One witness only.")

    evidence.cites_a_document(ruth)
    evidence.alleges(ruth, WHO)
    evidence.assesses(ruth, "Credible")
    evidence.sees_only_that_it_is_there(ana)
    deciding.recommends_a_withhold(ruth, WHO, "The court's report of 2019.")
    deciding.may_not_sign(ruth, "You recommended this; another person must approve it.", "Edwin Sallowfield")

    edwin = somebody("approver")
    deciding.reads_what_waits(edwin, WHO)
    edwin.reads("The judgment is final.", "One witness only.", "Named in a court's report of 2019.")
    deciding.returns(edwin, "Say which chapter of the report.")

    deciding.recommends_a_withhold(ruth, WHO, "The court's report of 2019, chapter four.")
    deciding.reads_what_waits(edwin, WHO)
    edwin.reads("chapter four")
    deciding.signs(edwin)
    worked()
    vetting.opens_the_case(ruth, WHO)
    ruth.reads("Withheld", "1 restriction reaches it")

    jana = somebody("nominator")
    nominating.opens_the_class(jana, first.reference)
    jana.reads("1 Not cleared")
    jana.reads_nothing_of(*HINTS)
    later = nominated_again(jana, register["nominator"], worked)
    met_by_the_restriction(ana)
    nominating.opens_the_class(jana, later)
    jana.reads("1 Not cleared")
    jana.reads_nothing_of(*HINTS)


def nominated_again(jana: Person, by: User, worked: Callable[[], None]) -> str:
    body = a_class([a_person(1)], by=by)
    nominating.types_a_class_in(jana, body)
    worked()
    return str(body["reference"])


def met_by_the_restriction(ana: Person) -> None:
    """A name alone bars nobody: a person judges that it is the same one."""
    vetting.claims(ana, WHO, vetting.POLITICAL)
    vetting.judges(ana, "Same person", "Same name, birth date and unit.")
    ana.reads("Barred", "Bars this case")
