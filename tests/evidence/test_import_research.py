"""An operator's import: rows that cannot go in, a rehearsal, and reading again."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.models import Allegation, Imported, Incident
from evidence.research.reading import COLUMNS
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.sources.citing import citations_of
from foundation.sources.dated import days
from foundation.sources.models import Citation, Document, Source
from units import actions
from units.models import CommandLink, Individual, LineageEvent, Posting, Subject, Unit

pytestmark = pytest.mark.django_db(transaction=True)

DATA = Path(__file__).parents[3] / "shared" / "data"
D = dt.date


# --- files ---

U1, U2, U3, P1 = (f"47776f3e-f987-4291-9c25-00000000000{n}" for n in range(4))
S1, S2 = "a0000000-0000-4000-8000-000000000001", "a0000000-0000-4000-8000-000000000002"
ROWS: dict[str, list[dict[str, str]]] = {
    "sources.csv.gz": [
        {
            "source_id": S1,
            "title": "On the march",
            "publication": "Velin Courier",
            "published_on": "2012-05-01",
            "url": "https://courier.example/1",
        },
        {
            "source_id": S2,
            "title": "Undated",
            "publication": "Velin Courier",
            "published_on": "May 2012",
            "url": "",
        },
    ],
    "units.csv": [
        {
            "unit_id": U1,
            "name": "1 Delta Brigade",
            "aliases": "First Delta Brigade | 1 DB",
            "country": "NGA",
            "classification": "Army | Military",
            "open_ended": "Y",
            "source_ids": f"{S1} | {S2}",
            "headquarters": "Velin",
        },
        {
            "unit_id": U2,
            "name": "2 Delta Battalion",
            "country": "NGA",
            "classification": "Police",
            "last_cited": "2015-06",
            "open_ended": "E",
        },
        {"unit_id": U3, "name": "Nowhere Company", "country": "", "open_ended": "Y"},
    ],
    "persons.csv": [
        {
            "person_id": P1,
            "name": "Branko Olmerin",
            "aliases": "B. Olmerin",
            "country": "NGA",
            "source_ids": S2,
        }
    ],
    "unit_relations.csv": [
        {
            "child_id": U2,
            "parent_id": U1,
            "relation": "command",
            "start": "2010",
            "start_is_known": "N",
            "end": "2012-05-01",
            "open_ended": "Y",
            "source_ids": f"{S1};{S2}",
        },
        {"child_id": U3, "parent_id": U1, "relation": "command"},
        {
            "child_id": U1,
            "parent_id": U2,
            "relation": "command",
            "start": "2011-01-01",
            "start_is_known": "Y",
        },
    ],
    "postings.csv": [
        {
            "person_id": P1,
            "unit_id": U2,
            "role": "Commander",
            "rank": "Major",
            "first_cited": "2011-03",
            "is_start_date": "Y",
            "last_cited": "2012-05-01",
            "is_end_date": "N",
            "source_ids": S1,
        },
        {"person_id": P1, "unit_id": U2, "role": "", "first_cited": "2013-13"},
    ],
    "incidents.csv": [
        {
            "incident_id": "UCDP-1",
            "country": "NGA",
            "start": "2012-01-01",
            "end": "2012-01-03",
            "location": "Velin",
            "violation_types": "one-sided violence against civilians",
            "deaths_low": "1",
            "deaths_high": "4",
            "description": "As told.",
            "source_citation": "Velin Courier, 3 January 2012",
            "source": "UCDP GED",
        },
        {
            "incident_id": "b0000000-0000-4000-8000-000000000001",
            "country": "NGA",
            "start": "2012-02",
            "end": "",
            "location": "Port",
            "violation_types": "torture | Unlawful killings",
            "perpetrator_unit": U2,
            "source_citation": S1,
            "source": "SFM",
        },
        {
            "incident_id": "UCDP-2",
            "country": "NGA",
            "start": "",
            "perpetrator_unit": "2 Delta Battalion",
            "deaths_civilians": "many",
        },
    ],
}


def folder(path: Path, rows: Mapping[str, list[dict[str, str]]] = ROWS) -> Path:
    for file, columns in COLUMNS.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="")
        writer.writeheader()
        writer.writerows(rows[file])
        content = text.getvalue().encode()
        (path / file).write_bytes(gzip.compress(content) if file.endswith(".gz") else content)
    return path


def run(path: Path, *options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_research", str(path), "--json", *options, stdout=out)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def changed(file: str, at: int, **cells: str) -> dict[str, list[dict[str, str]]]:
    rows = {name: [dict(row) for row in those] for name, those in ROWS.items()}
    rows[file][at] |= cells
    return rows


def counts() -> dict[str, int]:
    models: tuple[Any, ...] = (
        Source,
        Document,
        Citation,
        Subject,
        CommandLink,
        Posting,
        Incident,
        LineageEvent,
    )
    return {model.__name__: model.objects.count() for model in models}


ALL = {
    "Source": 2,
    "Document": 3,
    "Citation": 3,
    "Subject": 3,
    "CommandLink": 1,
    "Posting": 1,
    "Incident": 2,
    "LineageEvent": 1,
}


def test_everything_that_can_go_in_goes_in_and_the_rest_is_said_by_line_and_column(
    people: dict[str, User], tmp_path: Path
) -> None:
    said = run(folder(tmp_path))
    assert counts() == ALL | {"Document": 3, "Citation": 3}
    refused = {(each["file"], each["line"], each["column"]) for each in said["errors"]}
    assert refused == {
        ("units.csv", 4, "country"),
        ("unit_relations.csv", 3, "child_id"),
        ("unit_relations.csv", 4, "parent_id"),  # above itself
        ("postings.csv", 3, "first_cited"),
        ("incidents.csv", 4, "start"),
        ("incidents.csv", 4, "deaths_civilians"),
        ("incidents.csv", 4, "perpetrator_unit"),
    }
    unit = Unit.objects.get(pk=U1)
    assert (unit.country_id, unit.force_type, unit.location, unit.provisional) == (
        "NG",
        "army",
        "Velin",
        False,
    )
    assert [(name.text, name.kind) for name in unit.names.all()] == [
        ("1 Delta Brigade", "official"),
        ("First Delta Brigade", "alias"),
        ("1 DB", "alias"),
    ]
    ended = Unit.objects.get(pk=U2)
    event = LineageEvent.objects.get()
    assert (ended.status, event.kind, event.before) == ("disbanded", "disbanded", [ended])
    assert (
        event.possible == days(D(2015, 6, 1), D(2015, 6, 30)) or event.when["possible"]["to"] == "2015-06-30"
    )


def test_links_and_postings_have_the_ranges_and_the_citations_of_their_rows(
    people: dict[str, User], tmp_path: Path
) -> None:
    run(folder(tmp_path))
    link, posting = CommandLink.objects.get(), Posting.objects.get()
    assert link.when == {"certain": {"from": "2010-12-31", "to": "2012-05-01"}, "possible": None}
    assert (posting.role, posting.rank) == ("commander", "Major")
    assert posting.when == {
        "certain": {"from": "2011-03-31", "to": "2012-05-01"},
        "possible": {"from": "2011-03-01", "to": None},
    }
    titles = [each.document.title for each in citations_of("units.command-link", [link.pk])[link.pk]]
    assert sorted(titles) == ["On the march", "Undated"]
    assert len(citations_of("units.subject", [Unit.objects.get(pk=U1).pk]).popitem()[1]) == 2


def test_an_incident_is_nobodys_unless_its_row_carries_a_unit(
    people: dict[str, User], tmp_path: Path
) -> None:
    run(folder(tmp_path))
    incident = Incident.objects.get(location="Velin")
    assert (incident.victims_min, incident.victims_max, incident.narrative) == (1, 4, "As told.")
    assert incident.when == {"certain": None, "possible": {"from": "2012-01-01", "to": "2012-01-03"}}
    assert not incident.allegations.exists()
    [cited_] = citations_of("evidence.incident", [incident.pk])[incident.pk]
    assert (cited_.place, cited_.quote) == ("Entry UCDP-1", "Velin Courier, 3 January 2012")
    allegations = Allegation.objects.order_by("violation")
    assert [(str(each.unit_id), each.violation) for each in allegations] == [
        (U2, "extrajudicial-killing"),
        (U2, "torture"),
    ]


def test_a_rehearsal_says_it_all_and_changes_nothing(people: dict[str, User], tmp_path: Path) -> None:
    events = Event.objects.count()
    said = run(folder(tmp_path), "--dry-run")
    assert said["dry_run"] and said["files"]["units.csv"] == {
        "rows": 3,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "kept": 0,
        "refused": 1,
        "absent": 0,
    }
    assert set(counts().values()) == {0} and Event.objects.count() == events
    assert run(tmp_path)["errors"] == said["errors"]


def test_the_same_files_again_change_nothing(people: dict[str, User], tmp_path: Path) -> None:
    run(folder(tmp_path))
    before, events = counts(), Event.objects.count()
    said = run(tmp_path)
    assert counts() == before == ALL
    assert all(each["new"] == each["changed"] == 0 for each in said["files"].values())
    assert Event.objects.count() == events + 1  # that it was read again


def test_what_changed_in_the_files_is_corrected_here(people: dict[str, User], tmp_path: Path) -> None:
    run(folder(tmp_path))
    link = CommandLink.objects.get()
    folder(tmp_path, changed("unit_relations.csv", 0, start="2009", source_ids=S2))
    said = run(tmp_path, "--dry-run")
    assert said["changes"] == [
        {
            "file": "unit_relations.csv",
            "line": 2,
            "key": f"{U2} {U1} command 1",
            "fields": {
                "days": [
                    [["2010-12-31", "2012-05-01"], [None, None]],
                    [["2009-12-31", "2012-05-01"], [None, None]],
                ],
                "sources": [[S1, S2], [S2]],
            },
        }
    ]
    run(tmp_path)
    link.refresh_from_db()
    [new] = CommandLink.objects.current()
    assert (new.version, link.superseded_by, new.when["certain"]["from"]) == (2, new, "2009-12-31")
    folder(tmp_path, changed("units.csv", 0, name="1st Delta Brigade"))
    run(tmp_path)
    assert (Unit.objects.get(pk=U1).name, Unit.objects.get(pk=U1).version) == ("1st Delta Brigade", 2)
    folder(tmp_path, changed("incidents.csv", 0, deaths_high="9"))
    run(tmp_path)
    assert Incident.objects.get(location="Velin").victims_max == 9
    folder(tmp_path, changed("sources.csv.gz", 0, title="On the march again"))
    run(tmp_path)
    assert Document.objects.get(pk=S1).title == "On the march again"
    assert counts() == ALL | {"CommandLink": 3}  # and back to what it was, as the files had it again


def test_what_a_person_corrected_here_is_not_overwritten(people: dict[str, User], tmp_path: Path) -> None:
    run(folder(tmp_path))
    unit, link = Unit.objects.get(pk=U1), CommandLink.objects.get()
    drl = people["drl"]
    actions.correct(
        subject=unit, changes={}, names=[actions.Called("Delta Guard")], reason="Its own seal.", by=drl
    )
    actions.correct_claim(claim=link, changes={"kind": "operational"}, reason="Misread.", by=drl)
    rows = changed("units.csv", 0, name="1st Delta Brigade")
    rows["unit_relations.csv"][0]["end"] = "2013"
    said = run(folder(tmp_path, rows))
    assert [(each["file"], each["line"]) for each in said["kept"]] == [
        ("units.csv", 2),
        ("unit_relations.csv", 2),
    ]
    assert Unit.objects.get(pk=U1).name == "Delta Guard"
    assert CommandLink.objects.current().get().kind == "operational"


def test_what_was_written_once_does_not_move(people: dict[str, User], tmp_path: Path) -> None:
    run(folder(tmp_path))
    rows = changed("incidents.csv", 0, country="MEX")
    rows["units.csv"][0]["country"], rows["sources.csv.gz"][1]["url"] = "MEX", "https://courier.example/2"
    said = run(folder(tmp_path, rows))
    assert {(each["file"], each["line"], each["column"]) for each in said["errors"]} >= {
        ("incidents.csv", 2, "country"),
        ("units.csv", 2, "country"),
        ("sources.csv.gz", 3, "url"),
    }
    assert Incident.objects.get(location="Velin").country_id == Unit.objects.get(pk=U1).country_id == "NG"
    assert counts() == ALL


def test_what_is_gone_from_the_files_stays(people: dict[str, User], tmp_path: Path) -> None:
    run(folder(tmp_path))
    said = run(folder(tmp_path, ROWS | {"persons.csv": [], "postings.csv": []}))
    assert said["files"]["persons.csv"]["absent"] == said["files"]["postings.csv"]["absent"] == 1
    assert Individual.objects.count() == Posting.objects.current().count() == 1


def test_one_event_for_the_import_and_one_for_every_subject(people: dict[str, User], tmp_path: Path) -> None:
    run(folder(tmp_path))
    whole = Event.objects.get(action="evidence.research-imported")
    assert json.loads(whole.body)["new"]["units.csv"] == 2
    assert "Delta" not in whole.body
    imported = Event.objects.filter(action="units.imported").order_by("chain")
    assert [each.chain for each in imported] == sorted([f"unit:{U1}", f"unit:{U2}", f"individual:{P1}"])


def test_queries_do_not_grow_with_the_rows(people: dict[str, User], tmp_path: Path) -> None:
    def cost(number: int) -> int:
        rows = {name: [dict(row) for row in those] for name, those in ROWS.items()}
        for at in range(number):
            rows["units.csv"].append(
                {"unit_id": f"unit {number} {at}", "name": f"Unit {at}", "country": "NGA"}
            )
            rows["postings.csv"].append({"person_id": P1, "unit_id": f"unit {number} {at}", "role": "Guard"})
        with CaptureQueriesContext(connection) as queries:
            run(folder(tmp_path, rows))
        return len(queries)

    run(folder(tmp_path))
    assert cost(3) == cost(60)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("units.csv", None, "not in this folder"),
        ("units.csv", b"name\n", "no column unit_id"),
        ("units.csv", b"\xff\xfe", "not UTF-8"),
        ("sources.csv.gz", b"source_id,title\n", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_imports_nothing(
    people: dict[str, User], tmp_path: Path, file: str, content: bytes | None, words: str
) -> None:
    path = folder(tmp_path) / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        run(tmp_path)
    assert not Imported.objects.exists() and not Subject.objects.exists()


@pytest.mark.skipif(not (DATA / "units.csv").exists(), reason="the real data is not here")
def test_the_real_data_goes_in_once(people: dict[str, User]) -> None:
    said = run(DATA)
    files = said["files"]
    for file, rows in (
        ("units.csv", 1211),
        ("persons.csv", 686),
        ("sources.csv.gz", 7738),
        ("incidents.csv", 1389),
    ):
        assert files[file]["rows"] == rows and files[file]["new"] > 0.95 * rows, files[file]
    assert files["unit_relations.csv"]["new"] > 1_300 and files["postings.csv"]["new"] > 900
    assert not Allegation.objects.exists()
    before = counts()
    again = run(DATA)
    assert counts() == before and all(each["new"] == 0 for each in again["files"].values())
