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


def claims_here(vetter: Person) -> None:
    """The next check of the case before them."""
    vetter.presses("Claim", within=vetter.band())


def tells_a_search(vetter: Person) -> None:
    search = vetter.group("Search 1")
    vetter.types("Source", "Embassy files", within=search)
    vetter.types("Asked for", "the name as nominated", within=search)
    vetter.types("Results", "0", within=search)


def judges(vetter: Person, verdict: str, reason: str) -> None:
    """The first hit of the case before them, compared side by side."""
    vetter.follows("Compare hit 1", within=vetter.band())
    vetter.reads("How they agree", "Why this subject is known")
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


def suspends(drl: Person, name: str, reason: str) -> None:
    opens_the_case(drl, name)
    drl.follows("Suspend…", within=drl.acts())
    drl.types("Reason", reason)
    drl.presses("Suspend", within=drl.main())
    drl.reads("Suspended: 30 days are left of thirty", reason)


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
