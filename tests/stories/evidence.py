"""Evidence as the bureau records and judges it: from a source to an allegation with its worksheet."""

from __future__ import annotations

from evidence.models import Element, Factor
from tests.stories.person import Person

SOURCE, TITLE, INCIDENT = "Harbour Watch", "Report on the night", "A night at the harbour"


def cites_a_document(drl: Person) -> None:
    """A source, what it wrote, and the place in it."""
    drl.opens("/sources/new/")
    drl.reads("Who can see this?")
    drl.types("Name", SOURCE)
    drl.chooses("Kind", "ngo")
    drl.chooses("Country", "XA")
    drl.presses("See it for what is chosen now")
    drl.reads("What is protected here would be read by", "legal")
    drl.presses("Record it")
    drl.follows("Add a document…")
    drl.types("Title", TITLE)
    drl.dates("Accessed on", "2020-01-05")
    drl.types("Address on the web", "https://harbour.example/report")
    drl.presses("Record it")
    drl.reads("no archived copy is kept here")
    drl.follows("Cite it…")
    drl.types("Place", "page 4")
    drl.types("Quote", "They were taken at night.")
    drl.presses("Record it")
    drl.reads("They were taken at night.")


def alleges(drl: Person, name: str) -> None:
    """Against a person, found by name, on the citation just recorded."""
    drl.opens("/incidents/new/")
    drl.types("Title", INCIDENT)
    drl.dates("Possible from", "2019-03-01")
    drl.dates("Possible to", "2019-03-31")
    drl.types("Narrative", "Three people were taken from their homes.")
    drl.presses("Record it")
    drl.reads("Three people were taken from their homes.", "None on record.")
    drl.follows("Record an allegation…")
    drl.ticks("An individual")
    drl.types("Find it by name", name)
    drl.presses("Find", within=drl.group("Which unit or person"))
    drl.main().get_by_role("radio", name=name).first.check()
    drl.chooses("Violation", "torture")
    drl.chooses("Involvement", "direct")
    drl.ticks(f"{TITLE}, page 4")
    drl.presses("Record it")
    drl.reads("Not assessed", "They were taken at night.")


def assesses(drl: Person, conclusion: str) -> None:
    """The allegation before them, every factor and element answered: *unknown* is an answer."""
    drl.follows("Assess it…")
    for factor in Factor:
        drl.types("Finding", "Unknown, because nobody asked.", within=drl.group(factor.label))
    for element in Element:
        boxes = drl.group(element.label)
        drl.chooses("Answer", "unknown", within=boxes)
        drl.types("Note", "Nobody asked.", within=boxes)
    drl.chooses("Credibility of the source", "medium")
    drl.chooses("Credibility of what it says", "medium")
    drl.ticks(conclusion)
    drl.types("Basis", "Two accounts that agree.")
    drl.presses("Save it")
    drl.reads(conclusion, "Two accounts that agree.")


def sees_only_that_it_is_there(person: Person) -> None:
    """Somebody of the country, who does not read what is protected."""
    person.opens("/incidents/")
    person.follows(INCIDENT)
    person.reads("On record, not shown to your role")
    person.reads_nothing_of("taken from their homes")
    person.opens("/sources/")
    person.reads("A protected source")
    person.reads_nothing_of(SOURCE)
