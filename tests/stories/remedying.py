"""Inform, publish, remedy, lift: what a remediation officer and those beside her do in the browser."""

from __future__ import annotations

from tests.stories.person import Person
from vetting.days import today

STEPS = {
    "Investigation": {"What came of it": "Eleven witnesses were heard.", "It was impartial": "Yes"},
    "Adjudication": {"What came of it": "Found guilty."},
    "Sentence or sanction": {
        "What came of it": "Serving the sentence.",
        "Sentence or sanction": "Nine years",
        "Why it is proportionate": "As in comparable judgments.",
    },
}


def opens_the_file(person: Person, unit: str) -> None:
    person.opens("/remediations/")
    person.follows(unit)


def informs(officer: Person, unit: str, words: str) -> None:
    officer.opens("/host-notifications/")
    officer.page.get_by_role("link", name=unit).first.click()  # one for each withhold
    officer.looking.look_at()
    officer.follows("Draft…", within=officer.acts())
    officer.dates("On", today().isoformat())
    officer.types("What the government may read", words)
    officer.presses("Draft", within=officer.main())
    officer.follows("Record its delivery…", within=officer.acts())
    officer.dates("On", today().isoformat())
    officer.types("To whom it was given", "Ministry of the Interior")
    officer.presses("Record its delivery", within=officer.main())
    officer.reads(words, "Delivered", "Ministry of the Interior")


def publishes(officer: Person, unit: str) -> None:
    officer.opens("/publications/")
    officer.follows(unit)
    officer.presses("Publish", within=officer.acts())
    officer.reads("Published")


def describes(officer: Person, unit: str, incident: str, whom: str) -> None:
    opens_the_file(officer, unit)
    officer.follows("Add a responsible person…", within=officer.acts())
    officer.main().get_by_role("radio", name=incident).check()
    officer.types("Or a description, where nobody is identified", whom)
    officer.presses("Add a responsible person", within=officer.main())
    officer.reads(whom, "Not set")


def sets(officer: Person, unit: str, step: str, whom: str) -> None:
    """From the matrix, which knows whose it is and which."""
    opens_the_file(officer, unit)
    officer.follows(f"Set it for {whom}: {step}")
    officer.chooses("Owner (username)", "remediation")
    officer.dates("Due on", today().isoformat())
    officer.presses("Set a step", within=officer.main())


def completes(officer: Person, unit: str, step: str, whom: str) -> None:
    opens_the_file(officer, unit)
    officer.follows(f"{step} of {whom}")
    officer.follows("Complete…", within=officer.acts())
    for label, said in STEPS[step].items():
        if label == "It was impartial":
            officer.group(label).get_by_label(said).check()
        else:
            officer.types(label, said)
    officer.presses("Complete", within=officer.main())
    officer.reads("Done, not verified")


def verifies(legal: Person, unit: str, step: str, whom: str) -> None:
    opens_the_file(legal, unit)
    legal.follows(f"{step} of {whom}")
    legal.follows("Verify…", within=legal.acts())
    legal.types("Reason", "Read the judgment.")
    legal.presses("Verify", within=legal.main())
    legal.reads("Verified")


def tells(officer: Person, unit: str, committee: str) -> None:
    opens_the_file(officer, unit)
    officer.follows("Record that a committee was told…", within=officer.acts())
    officer.ticks(committee)
    officer.dates("Sent on", today().isoformat())
    officer.presses("Record that a committee was told", within=officer.main())


def recommends_a_lift(officer: Person, unit: str) -> None:
    opens_the_file(officer, unit)
    officer.follows("Recommend that a restriction be lifted…", within=officer.acts())
    officer.ticks("State law")
    officer.ticks("The government is taking effective steps")
    officer.types("Basis", "The one responsible was tried and sentenced.")
    officer.presses("Recommend that a restriction be lifted", within=officer.main())


def reopens(coordinator: Person, unit: str, reference: str) -> None:
    coordinator.opens("/restrictions/?law=state-leahy")
    coordinator.follows(unit)
    coordinator.reads("To be reopened")
    coordinator.page.get_by_role("checkbox", name=f"Reopen {reference}").check()
    coordinator.types("Reason", "The restriction was lifted.")
    coordinator.presses("Reopen those selected")
    coordinator.reads("Reopen: done for 1.")
