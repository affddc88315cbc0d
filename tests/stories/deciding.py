"""What takes two people: one recommends, another reads exactly what is signed, and signs or returns it."""

from __future__ import annotations

from tests.stories.person import Person
from tests.stories.vetting import opens_the_case

GROUNDS = "Gross violation of human rights"


def recommends_a_withhold(drl: Person, name: str, basis: str) -> None:
    recommends_a_withhold_for(drl, name, GROUNDS, "Torture", basis)


def recommends_a_withhold_for(drl: Person, name: str, grounds: str, what: str, basis: str) -> None:
    """On these grounds, naming the first of what is on record under this word."""
    opens_the_case(drl, name)
    drl.follows("Recommend a withhold…", within=drl.acts())
    drl.main().get_by_role("radio", name=grounds).check()
    drl.main().get_by_role("checkbox", name=what).first.check()
    drl.types("Basis", basis)
    drl.presses("Recommend a withhold", within=drl.main())
    drl.reads("Exactly what is signed", basis)


def recommends_a_clear(drl: Person, name: str, basis: str) -> None:
    opens_the_case(drl, name)
    drl.follows("Recommend a clear…", within=drl.acts())
    drl.types("Basis", basis)
    drl.presses("Recommend a clear", within=drl.main())
    drl.reads("Exactly what is signed", basis)


def reads_what_waits(approver: Person, name: str) -> None:
    approver.opens("/signatures/")
    approver.follows(name)
    approver.reads("Exactly what you sign", "Nothing that is signed has changed")


def returns(approver: Person, reason: str) -> None:
    approver.types("Or return it: what is missing?", reason)
    approver.presses("Return to")
    approver.reads("Returned", reason)


def signs(approver: Person) -> None:
    approver.presses("Approve and sign")
    approver.reads("Exactly what was signed")


def may_not_sign(person: Person, *why: str) -> None:
    person.reads(*why)
    assert not person.page.get_by_role("button", name="Approve and sign").count()
