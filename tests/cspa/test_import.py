"""import_cspa: a rehearsal, the real thing, and the same file again; what is wrong, by row and column."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cspa import gate
from cspa.actions import corrections, imports
from cspa.models import Kept, Listing, ListYear, Waiver
from cspa.sheet import COLUMNS
from foundation.accounts.models import Country, User
from foundation.audit.models import Event
from foundation.outbox.models import Fact
from foundation.refused import Invalid
from tests.support.cspa import confirmed, signed
from vetting.days import today

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "cspa.csv"
published = pytest.mark.skipif(not DATA.exists(), reason="the research data is not here")
DAY = dt.date


def sheet(*rows: str) -> bytes:
    return "\n".join((",".join(COLUMNS), *rows, "")).encode()


def record(*rows: str, **options: Any) -> imports.Imported:
    return imports.record(content=sheet(*rows), name="lists.csv", **options)


def wrong(*rows: str) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(Invalid) as refused:
        record(*rows)
    assert not Listing.objects.exists() and not ListYear.objects.exists()
    return [(each.row, each.column, each.code) for each in refused.value.problems]


def state(country: str, day: DAY, program: str = "FMF") -> str:
    return gate.ask(country, (day, day), program).state


def counts() -> tuple[int, int, int]:
    return Listing.objects.count(), Waiver.objects.count(), Kept.objects.count()


# --- the published lists ---


@published
def test_chad_as_published() -> None:
    """DOMAIN §4: listed, waived, told in two ways, left off a list that is not sure, waived, off, unsure."""
    imports.record(content=DATA.read_bytes(), name=DATA.name)
    assert [state("TD", DAY(year, 1, 15)) for year in range(2011, 2017)] == [
        "open-under-waiver", "in-conflict", "unconfirmed", "open-under-waiver", "open", "unconfirmed",
    ]  # fmt: skip


@published
def test_the_published_file_is_imported_once() -> None:
    first = imports.record(content=DATA.read_bytes(), name=DATA.name)
    assert first.rows == 163 and first.counts("listing") == {"new": 162}
    before = counts()
    again = imports.record(content=DATA.read_bytes(), name=DATA.name)
    assert set(again.counts("listing")) | set(again.counts("waiver")) == {"same"} and counts() == before
    sure = ListYear.objects.filter(confirmed=True).values_list("list_year", flat=True)
    assert sorted(sure) == [2010, 2013, 2014, 2016, 2017, 2019, 2020, 2021, 2024]


@published
def test_a_change_in_mid_year_as_published() -> None:
    """From partial to full on 28 June 2024."""
    imports.record(content=DATA.read_bytes(), name=DATA.name)
    assert (state("TR", DAY(2024, 6, 27)), state("TR", DAY(2024, 6, 27), "IMET")) == (
        "barred", "open-under-waiver")  # fmt: skip
    assert state("TR", DAY(2024, 6, 28)) == "open-under-waiver"


# --- what an import does ---

SURE = "2020,2021,XA,full,all,,high,high,"
PART = "2020,2021,XA,partial,IMET; PKO logistics and stipends,,high,high,as printed"


def test_a_rehearsal_says_what_it_would_do_and_does_nothing(people: dict[str, User]) -> None:
    done = record(SURE, rehearse=True)
    assert (done.counts("listing"), done.counts("waiver")) == ({"new": 1}, {"new": 1})
    assert counts() == (0, 0, 0) and not ListYear.objects.exists()
    assert not Event.objects.filter(action="cspa.imported").exists() and not Fact.objects.exists()


def test_what_is_told_otherwise_is_a_new_version(people: dict[str, User]) -> None:
    record(SURE)
    done = record(PART)
    assert done.counts("waiver") == {"changed": 1} and Waiver.objects.count() == 1
    waiver = Waiver.objects.get()
    assert (waiver.version, waiver.extent, waiver.parts[1]["limit"]) == (
        2,
        "partial",
        "logistics and stipends",
    )
    [change] = [each for each in done.changes if each["of"] == "waiver"]
    assert (change["was"]["extent"], change["now"]["extent"], change["row"]) == ("full", "partial", 1)
    assert record(PART.replace("partial,IMET; PKO logistics and stipends", "none,")).counts("waiver") == {
        "ended": 1}  # fmt: skip
    assert state("XA", DAY(2021, 1, 1)) == "barred"


def test_a_settled_conflict_is_one_telling_again(people: dict[str, User]) -> None:
    record(SURE, SURE.replace("full,all", "none,"))
    assert state("XA", DAY(2021, 1, 1)) == "in-conflict" and Listing.objects.count() == 2
    record(SURE)
    assert state("XA", DAY(2021, 1, 1)) == "open-under-waiver"
    assert list(Listing.objects.order_by("account").values_list("ended", flat=True)) == [False, True]


def test_an_import_is_an_event_of_its_own_and_tells_what_it_touched(people: dict[str, User]) -> None:
    record(SURE)
    [event] = Event.objects.filter(action__startswith="cspa.")
    assert (event.action, event.actor, event.details["listings"]) == ("cspa.imported", "system", {"new": 1})
    assert event.details["confirmed"] == [2020]
    facts = [fact.body for fact in Fact.objects.filter(kind="cspa.changed")]
    assert facts == [{"country": "", "fiscal_year": 2021}, {"country": "XA", "fiscal_year": 2021}]


def test_a_year_is_confirmed_only_while_every_row_of_it_is_sure(people: dict[str, User]) -> None:
    record(SURE, "2020,2021,XB,none,,,low,low,")
    assert not ListYear.objects.get(pk=2020).confirmed
    record(SURE, "2020,2021,XB,none,,,high,high,")
    assert ListYear.objects.get(pk=2020).confirmed
    record(SURE, "2020,2021,XB,none,,,low,low,")
    assert not ListYear.objects.get(pk=2020).confirmed
    confirmed(people, 2020)
    record(SURE, "2020,2021,XB,none,,,low,low,")
    assert ListYear.objects.get(pk=2020).confirmed, "Two people have said so since."


def test_what_people_recorded_or_corrected_is_left_as_it_stands(people: dict[str, User]) -> None:
    record(SURE)
    listing = Listing.objects.get()
    signed(
        corrections.recommend(
            thing=listing, changes={"finding": "Read anew."}, reason="Read anew.", by=people["cspa"]
        ),
        people,
    )
    done = record(PART)
    listing.refresh_from_db()
    assert done.counts("listing") == {"kept": 1} and listing.finding == "Read anew."
    assert Waiver.objects.get().extent == "full"


def test_a_country_that_is_not_here_yet_comes_with_its_name() -> None:
    record("2020,2021,TD,none,,,high,high,")
    assert Country.objects.get(pk="TD").name == "Chad"


def test_what_names_no_program_is_kept_and_said(people: dict[str, User]) -> None:
    done = record("2020,2021,XA,partial,IMET; nonlethal,,high,high,")
    [note] = done.notes
    assert (note["row"], note["column"]) == (1, "programs_waived") and "nonlethal" in note["detail"]
    day = DAY(2021, 1, 1)
    assert (state("XA", day, "IMET"), state("XA", day, "FMF")) == ("open-under-waiver", "unconfirmed")


# --- what is wrong ---

WRONG = [
    ("2020,2022,XA,none,,,high,high,", "fiscal_year", "not-following"),
    ("2009,2010,XA,none,,,high,high,", "list_year", "before-first-list"),
    (f"{today().year + 1},{today().year + 2},XA,none,,,high,high,", "list_year", "future-list"),
    ("20x0,2021,XA,none,,,high,high,", "list_year", "not-a-year"),
    ("2020,2021,QQ,none,,,high,high,", "country", "unknown-country"),
    ("2020,2021,XA,maybe,,,high,high,", "waiver", "not-one-of"),
    ("2020,2021,XA,none,IMET,,high,high,", "programs_waived", "not-waived"),
    ("2020,2021,XA,full,IMET,,high,high,", "programs_waived", "not-partial"),
    ("2020,2021,XA,partial,all,,high,high,", "programs_waived", "not-full"),
    ("2020,2021,XA,partial,IMTE,,high,high,", "programs_waived", "unknown-program"),
    ("2020,2021,XA,partial,INCLE,,high,high,", "programs_waived", "unknown-program"),
    ("2020,2021,XA,partial,IMET; IMET,,high,high,", "programs_waived", "twice"),
    ("2020,2021,XA,full,all,2021-02-30,high,high,", "effective_from", "not-a-day"),
    ("2020,2021,XA,full,all,2021-10-01,high,high,", "effective_from", "outside-year"),
    ("2020,2021,XA,none,,,sure,high,", "list_confidence", "not-one-of"),
    ("2020,2021,XA,none,,,high,,", "waiver_confidence", "not-one-of"),
]


@pytest.mark.parametrize(
    ("row", "column", "code"), WRONG, ids=[f"{column}: {code}" for _, column, code in WRONG]
)
def test_a_row_that_is_wrong_is_told_by_its_column(
    people: dict[str, User], row: str, column: str, code: str
) -> None:
    assert wrong(SURE, row) == [(2, column, code)]


def test_everything_wrong_is_told_at_once(people: dict[str, User]) -> None:
    told = wrong("2020,2022,QQ,maybe,,,high,high,", SURE, SURE)
    assert told == [
        (1, "country", "unknown-country"), (1, "fiscal_year", "not-following"), (1, "waiver", "not-one-of"),
        (3, "country", "twice"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "wrong-encoding"),
        (b"", "heading"),
        (sheet().replace(b"note", b"remark"), "heading"),
        (sheet('2020,2021,XA,"none'), "bad-csv"),
    ],
)
def test_what_is_no_such_file(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        imports.record(content=content, name="lists.csv")
    assert code in {each.code for each in refused.value.problems}


# --- the command ---


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_cspa", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_rehearses_and_records(people: dict[str, User], tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    path.write_bytes(sheet(SURE))
    assert "nothing was" in run(str(path), "--dry-run") and counts() == (0, 0, 0)
    told = json.loads(run(str(path), "--json"))
    assert (told["rows"], told["listings"], told["dry_run"]) == (1, {"new": 1}, False)
    assert told["list_years"] == [{"list_year": 2020, "confirmed": True, "by": "import", "changed": True}]
    path.write_bytes(sheet("2020,2022,XA,none,,,high,high,"))
    with pytest.raises(CommandError, match="Nothing was recorded: 1"):
        run(str(path))
    with pytest.raises(CommandError, match="cannot be read"):
        run(str(tmp_path / "nowhere.csv"))
