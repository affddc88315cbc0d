"""sources/, documents/, citations/ by REST: recorded, corrected, masked, and what rests on them."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from foundation.accounts import actions as accounts
from foundation.accounts.models import Country, RoleAtPlace, User
from foundation.audit.models import Event
from foundation.sources.models import Citation, Compartment, Document, Source
from foundation.sources.permissions import SourcePerm
from tests.support.evidence import a_citation, a_document, a_source, an_allegation
from tests.support.people import pointers

pytestmark = pytest.mark.django_db(transaction=True)

SOURCE = {"name": "Harbour Watch", "kind": "ngo", "reliability": "high", "agenda": "Rights at sea."}
DOCUMENT = {
    "title": "Report on the night",
    "published_on": "2019-12-01",
    "accessed_on": "2020-01-05",
    "url": "https://harbour.example/report",
}


def a_compartment(*usernames: str, people: dict[str, User]) -> Compartment:
    """Read by the groups that these people are in, and nobody else."""
    made = Compartment.objects.create(name=f"Compartment of {', '.join(usernames) or 'nobody'}")
    for username in usernames:
        for held in RoleAtPlace.objects.filter(group__user=people[username]):
            accounts.grant(group=held.group, permissions=[SourcePerm.COMPARTMENT], place=made)
        people[username].__dict__.pop("_grants", None)  # what they held was read before
    return made


def test_from_source_to_citation_and_back_from_what_rests_on_it(call: Any, people: dict[str, User]) -> None:
    drl = call("drl")
    made = drl.post("sources/", SOURCE | {"country": "XA"})
    assert made.status_code == 201, made.content
    source = made.json()
    assert (source["name"], source["masked"], source["country"]) == ("Harbour Watch", [], "XA")
    document = drl.post("documents/", DOCUMENT | {"source": source["id"]}).json()
    assert (document["kind"], document["sha256"], document["size"]) == ("link", None, None)
    citation = drl.post(
        "citations/", {"document": document["id"], "place": "page 4", "quote": "At night."}
    ).json()
    assert citation["source"] == source["id"]
    cited = Citation.objects.get(pk=citation["id"])
    allegation = an_allegation(None, people["drl"], citations=[cited])
    found = drl.get(f"citations/{citation['id']}/supports/").json()["results"]
    assert [(each["kind"], each["id"], each["version"]) for each in found] == [
        ("evidence.allegation", str(allegation.pk), 1)
    ]
    assert drl.get(f"allegations/{allegation.pk}/").json()["citations"] == [citation["id"]]


def test_who_does_not_read_what_is_protected_sees_that_it_is_there_and_no_word_of_it(
    call: Any, people: dict[str, User]
) -> None:
    source = a_source(people["drl"], country=Country.objects.get(pk="XA"), agenda="Secret.")
    document = a_document(people["drl"], source)
    citation = a_citation(people["drl"], document)
    for who in ("section", "coordinator", "desk", "auditor", "remediation"):
        shown = call(who).get(f"sources/{source.pk}/").json()
        assert (shown["name"], shown["agenda"], shown["masked"]) == (None, None, ["name", "agenda"])
        shown = call(who).get(f"documents/{document.pk}/").json()
        assert shown["masked"] == ["title", "url"] and shown["title"] is shown["url"] is None
        shown = call(who).get(f"citations/{citation.pk}/").json()
        assert shown["masked"] == ["place", "quote"]
        for address in ("sources/", "documents/", "citations/"):
            said = call(who).get(address).content.decode()
            assert not [word for word in ("Harbour", "Secret", "night", "page 4") if word in said]
        versions = call(who).get(f"sources/{source.pk}/versions/").json()["results"]
        assert versions[0]["content"]["name"] is None and versions[0]["content"]["kind"] == "ngo"
    for who in ("drl", "legal", "approver"):
        assert call(who).get(f"sources/{source.pk}/").json()["name"] == "Harbour Watch"


def test_reading_what_is_protected_is_an_event_and_reading_around_it_is_none(
    call: Any, people: dict[str, User]
) -> None:
    source = a_source(people["drl"], country=Country.objects.get(pk="XA"))
    a_source(people["drl"], country=Country.objects.get(pk="XA"))
    call("section").get(f"sources/{source.pk}/")
    call("section").get("sources/")
    assert not Event.objects.filter(action="sources.source-read").exists()
    call("legal").get(f"sources/{source.pk}/")
    [event] = Event.objects.filter(action="sources.source-read")
    assert (event.actor, event.object_id) == ("legal", str(source.pk))
    call("legal").get("sources/")
    [event] = Event.objects.filter(action="sources.source-read", chain="person:legal")
    assert "Harbour" not in event.body and str(source.pk) in event.body


def test_a_source_of_no_country_is_known_only_to_those_who_read_everywhere(
    call: Any, people: dict[str, User]
) -> None:
    everywhere = a_source(people["drl"])
    assert everywhere.country is None
    assert call("drl").get(f"sources/{everywhere.pk}/").json()["name"] == "Harbour Watch"
    assert call("drl2").get(f"sources/{everywhere.pk}/").json()["name"] is None
    own = call("drl2").post("sources/", SOURCE)
    assert own.json()["country"] == "XB", "Whoever records in one country alone, records it there."
    assert call("section").get(f"sources/{own.json()['id']}/").status_code == 404


def test_a_compartment_shuts_out_the_role_and_lets_in_its_readers(call: Any, people: dict[str, User]) -> None:
    inside = a_compartment("legal", people=people)
    source = a_source(people["drl"], country=Country.objects.get(pk="XA"), compartment=inside)
    document = a_document_of(source)
    assert call("drl").get(f"sources/{source.pk}/").json()["compartment"] == "sealed"
    assert call("drl").get(f"documents/{document.pk}/").json()["title"] is None
    assert call("legal").get(f"sources/{source.pk}/").json()["name"] == "Harbour Watch"
    assert [each["id"] for each in call("legal").get("compartments/").json()["results"]] == [str(inside.pk)]
    assert call("drl").get("compartments/").json()["results"] == []
    refused = call("drl").act(f"sources/{source.pk}/", "correct", {"changes": {"name": "X"}, "reason": "r"})
    assert refused.status_code == 403
    nowhere = call("drl").post("sources/", SOURCE | {"compartment": str(inside.pk)})
    assert pointers(nowhere) == [("/compartment", "not-found")]


def a_document_of(source: Source) -> Document:
    """As its compartment's readers would record it."""
    return Document.objects.create(
        source=source, kind="link", title="T", url="https://x.example/", accessed_on=dt.date(2020, 1, 1)
    )


def test_who_can_see_it_is_said_before_anything_is_saved(call: Any, people: dict[str, User]) -> None:
    inside = a_compartment("drl", people=people)
    seen = call("drl").get("sources/readers/?country=XA").json()["people"]
    assert {"drl", "legal", "approver"} <= set(seen) and "drl2" not in seen and "section" not in seen
    seen = call("drl").get(f"sources/readers/?country=XA&compartment={inside.pk}").json()["people"]
    assert seen == ["drl"]
    assert call("legal").get(f"sources/readers/?compartment={inside.pk}").status_code == 400
    source = a_source(people["drl"], country=Country.objects.get(pk="XA"))
    seen = call("drl").get(f"documents/readers/?source={source.pk}&compartment={inside.pk}").json()["people"]
    assert seen == ["drl"]


def test_a_correction_is_a_new_version_and_the_old_one_stays(call: Any, people: dict[str, User]) -> None:
    source = a_source(people["drl"], country=Country.objects.get(pk="XA"))
    address = f"sources/{source.pk}/"
    changed = call("drl").act(
        address, "correct", {"changes": {"name": "Harbor Watch"}, "reason": "Its own spelling."}
    )
    assert (changed.status_code, changed.json()["version"], changed["ETag"]) == (200, 2, '"2"')
    first, second = call("drl").get(f"{address}versions/").json()["results"]
    assert (first["content"]["name"], second["content"]["name"]) == ("Harbour Watch", "Harbor Watch")
    assert (second["reason"], second["by"]) == ("Its own spelling.", "drl")
    event = Event.objects.get(action="sources.source-corrected")
    assert "Harbor" not in event.body and '"fields":["name"]' in event.body
    stale = call("drl").post(f"{address}correct/", {"changes": {"kind": "un"}, "reason": "r"}, If_Match='"1"')
    assert stale.status_code == 412
    empty = call("drl").act(address, "correct", {"changes": {}, "reason": "r"})
    assert pointers(empty) == [("/changes", "nothing-changed")]


def test_everything_wrong_with_a_document_is_said_at_once(call: Any, people: dict[str, User]) -> None:
    source = a_source(people["drl"])
    tomorrow = (dt.date.today() + dt.timedelta(days=1)).isoformat()
    wrong = call("drl").post(
        "documents/",
        {"source": str(source.pk), "title": " ", "accessed_on": tomorrow, "url": "javascript:alert(1)",
         "held_elsewhere": {"holder": "The archive"}, "colour": "red"},
    )  # fmt: skip
    assert wrong.status_code == 400
    assert set(pointers(wrong)) == {
        ("/colour", "unknown-field"), ("/title", "blank"), ("/url", "invalid"),
        ("/held_elsewhere/reference", "required"), ("/accessed_on", "in-the-future"),
        ("/held_elsewhere", "one-or-the-other"),
    }  # fmt: skip
    nothing = call("drl").post(
        "documents/", {"source": str(source.pk), "title": "T", "accessed_on": "2020-01-01"}
    )
    assert pointers(nothing) == [("/file", "missing")]
    assert not Document.objects.exists()


def test_what_may_not_be_kept_here_is_held_elsewhere(call: Any, people: dict[str, User]) -> None:
    source = a_source(people["drl"])
    held = {"holder": "The court's registry", "reference": "K 14/2019"}
    body = {"source": str(source.pk), "title": "Judgment", "accessed_on": "2020-01-01",
            "held_elsewhere": held}  # fmt: skip
    made = call("drl").post("documents/", body).json()
    assert (made["kind"], made["held_elsewhere"], made["sha256"]) == ("held-elsewhere", held, None)
    changed = call("drl").act(
        f"documents/{made['id']}/", "correct", {"changes": {"url": "https://x.example/"}, "reason": "r"}
    )
    assert pointers(changed) == [("/changes/url", "not-this-kind")]


def test_only_the_bureau_records(call: Any, people: dict[str, User]) -> None:
    for who in ("section", "coordinator", "legal", "approver", "auditor", "admin"):
        assert call(who).post("sources/", SOURCE).status_code == (404 if who == "admin" else 403)
    assert call("nominator").post("sources/", SOURCE).status_code == 404
    assert call("nominator").get("sources/").status_code == 404
    assert call("drl2").post("sources/", SOURCE | {"country": "XA"}).status_code == 403


def test_a_citation_of_nothing_is_refused(call: Any, people: dict[str, User]) -> None:
    wrong = call("drl").post("citations/", {"document": "4f2c0e7c-0000-4000-8000-000000000000", "place": ""})
    assert set(pointers(wrong)) == {("/document", "not-found"), ("/place", "blank")}


def test_the_database_keeps_what_was_recorded(people: dict[str, User]) -> None:
    document = a_document(people["drl"])
    for statement in (
        "DELETE FROM sources_document",
        "UPDATE sources_document SET sha256 = repeat('0', 64)",
        "UPDATE sources_document SET key = 'x'",
        "DELETE FROM sources_source",
        "UPDATE sources_written SET reason = 'x'",
        "UPDATE sources_support SET version = 9",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Document.objects.get().pk == document.pk


def test_an_operator_opens_a_compartment_and_lets_roles_in(call: Any, people: dict[str, User]) -> None:
    call_command("open_compartment", "Witnesses", "legal", stdout=io.StringIO())
    inside = Compartment.objects.get(name="Witnesses")
    assert [each["id"] for each in call("legal").get("compartments/").json()["results"]] == [str(inside.pk)]
    assert call("drl").get("compartments/").json()["results"] == []
    call_command("open_compartment", "Witnesses", "drl", stdout=io.StringIO())
    assert len(call("drl").get("compartments/").json()["results"]) == 1
    assert Event.objects.filter(action="sources.compartment-opened", actor="system").count() == 2
    with pytest.raises(CommandError, match="Nobody holds"):
        call_command("open_compartment", "Others", "legal@XQ", stdout=io.StringIO())
    assert not Compartment.objects.filter(name="Others").exists()
