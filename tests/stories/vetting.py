"""What those do who vet: claim, compare, record what they found, ask, suspend, give opinions, clear."""

from __future__ import annotations

from tests.stories.person import Person

POLITICAL = "Political section, Embassy Corvasht"
CONSULAR = "Consular section, Embassy Corvasht"
BUREAU = "Human rights bureau"


# --- sections and the bureau ---


def claims(vetter: Person, name: str, queue: str) -> None:
    """This subject's check, from its queue."""
    vetter.opens("/queues/")
    vetter.follows(queue)
    vetter.presses("Claim", within=vetter.row(name))
    vetter.reads("Claimed by you")


def opens_the_next(vetter: Person) -> None:
    """Whatever is most pressing in their queues, which is theirs from then on."""
    vetter.opens("/")
    vetter.presses("Open next case")
    vetter.reads("Claimed by you")


def finds_nothing(vetter: Person, checks: int) -> None:
    """For so many checks, together: those that they hold."""
    vetter.opens("/")
    boxes = vetter.main().get_by_role("checkbox").all()
    assert len(boxes) == checks
    for box in boxes:
        box.check()
    vetter.presses("Nothing found…")
    vetter.reads(f"Nothing found, for {checks} check")
    tells_a_search(vetter)
    vetter.presses("Record nothing found")
    vetter.reads(f"done for {checks} of {checks}")


def records(vetter: Person, finding: str, note: str) -> None:
    """On the case's page, for a check that they hold."""
    vetter.follows("Record the finding", within=vetter.band())
    vetter.ticks(finding)
    vetter.types("Note", note)
    tells_a_search(vetter)
    vetter.presses("Record the finding")


def tells_a_search(vetter: Person) -> None:
    search = vetter.group("Search 1")
    vetter.types("Source", "Embassy files", within=search)
    vetter.types("Asked for", "the name as nominated", within=search)
    vetter.types("Results", "0", within=search)


def judges(vetter: Person, verdict: str, reason: str) -> None:
    """The hit they have before them."""
    vetter.ticks(verdict)
    vetter.types("Your reason", reason)
    vetter.presses("Record the verdict")


# --- the case ---


def opens_the_case(person: Person, name: str, *, state: str = "") -> None:
    """From the list of cases; where a subject has several, the one in this state."""
    person.opens("/cases/")
    line = (
        person.main()
        .locator("tbody")
        .get_by_role("row")
        .filter(has=person.page.get_by_role("link", name=name))
    )
    line = line.filter(has_text=state) if state else line
    line.get_by_role("link", name=name).click()
    person.looking.look_at()


def does(person: Person, act: str, **typed: str) -> None:
    """An act from the list beside the case: what is typed goes to the boxes of these names."""
    person.follows(f"{act}…", within=person.acts())
    for label, text in typed.items():
        person.types(label.replace("_", " "), text)
    person.presses(act, within=person.main())


def gives_an_opinion(person: Person, name: str, view: str, note: str) -> None:
    """From their own list of where one may be given."""
    person.opens("/")
    person.follows(name)
    person.follows("Give an opinion…", within=person.acts())
    person.ticks(view)
    person.types("Note", note)
    person.presses("Give an opinion", within=person.main())


# --- clearing ---


def clears(coordinator: Person, *names: str) -> None:
    """In bulk, from what is ready: these and no others."""
    coordinator.opens("/")
    for name in names:
        coordinator.ticks(f"Select {name}")
    coordinator.presses("Clear…")
    coordinator.reads(f"Clear {len(names)} case")
    coordinator.types("Basis", "Every section looked and found nothing.")
    coordinator.presses("Clear the ticked cases")
    coordinator.reads(f"Clear: done for {len(names)} of {len(names)}.")
