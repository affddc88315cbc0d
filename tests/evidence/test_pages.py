"""Evidence in the browser: recorded by forms, judged on the worksheet, masked, and named in a withhold."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence.models import Allegation, DerogatoryNote, Element, Factor, Incident
from foundation.accounts.models import Country, User
from foundation.audit.models import Event
from foundation.signing.models import Determination
from foundation.sources.models import Citation, Document, Source
from tests.evidence.test_incidents import a_unit
from tests.evidence.test_sources import a_compartment
from tests.support.evidence import (
    a_citation,
    a_document,
    a_note,
    a_source,
    an_allegation,
    an_incident,
    assessed,
    credible,
)
from tests.support.world import found_nothing
from tests.vetting.browsing import Browser, said
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
MARCH = {
    "possible_from_0": "1", "possible_from_1": "3", "possible_from_2": "2019",
    "possible_to_0": "31", "possible_to_1": "3", "possible_to_2": "2019",
}  # fmt: skip
TODAY = {"accessed_on_0": "5", "accessed_on_1": "1", "accessed_on_2": "2020"}


@pytest.fixture
def ruth(people: People) -> Browser:
    return Browser(people["drl"])


def test_from_a_source_to_a_judged_allegation_by_forms_alone(people: People, ruth: Browser) -> None:
    unit = a_unit(people["drl"], "Harbour Company")
    new = reverse("source-new")
    page = ruth.then(ruth.press(new, do="record", name="Harbour Watch", kind="ngo", country="XA"))
    source = Source.objects.get()
    assert "Harbour Watch" in page.text and source.country_id == "XA"

    file = SimpleUploadedFile("report.txt", b"What was seen.")
    add = reverse("document-new", args=[source.pk])
    page = ruth.then(ruth.press(add, do="record", title="Report on the night", file=file, **TODAY))
    document = Document.objects.get()
    assert "Report on the night" in page.text and document.media_type == "text/plain"
    page = ruth.then(
        ruth.press(
            reverse("document-cite", args=[document.pk]), do="record", place="page 4", quote="At night."
        )
    )
    assert "page 4" in page.text
    citation = Citation.objects.get()

    page = ruth.then(
        ruth.press(
            reverse("incident-new"), do="record", country="XA", title="A night at the harbour",
            narrative="Zoran Hidden was taken.", victims_min="2", victims_max="", **MARCH,
        )
    )  # fmt: skip
    incident = Incident.objects.get()
    assert "Zoran Hidden was taken." in page.text and (incident.victims_min, incident.victims_max) == (
        2,
        None,
    )

    page = ruth.then(
        ruth.press(
            reverse("incident-allege", args=[incident.pk]), do="record", perpetrator="unit",
            chosen=str(unit.pk), violation="torture", involvement="direct", citations=[str(citation.pk)],
        )
    )  # fmt: skip
    allegation = Allegation.objects.get()
    assert allegation.unit == unit and "Report on the night" in page.text and "Not assessed" in page.text

    answers = {f"{each.value}-finding": "Unknown, because nobody asked." for each in Factor}
    answers |= {f"{each.value}-status": "met" for each in Element}
    typed = {"source_credibility": "high", "content_credibility": "medium", "conclusion": "credible"}
    page = ruth.then(
        ruth.press(
            reverse("allegation-assess", args=[allegation.pk]), basis="It holds.",
            **{"corroboration-for": [str(citation.pk)]}, **answers, **typed,
        )
    )  # fmt: skip
    assert "Credible" in page.text and "It holds." in page.text
    assert "Allegation: Torture: A night at the harbour" in ruth.read(document.get_absolute_url()).text


def test_a_form_says_who_could_see_it_and_everything_wrong_at_once(people: People, ruth: Browser) -> None:
    inside = a_compartment("drl", people=people)
    new = reverse("incident-new")
    text = ruth.read(new).text
    assert "Who can see this?" in text and "legal" in text and "section" not in text.split("Who can see")[1]
    looked = ruth.press(new, do="look", country="XA", compartment=str(inside.pk), title="")
    assert looked.status_code == 200
    seen = said(looked).split("Who can see this?")[1]
    assert "read by drl ." in seen.replace("drl.", "drl .") and "legal" not in seen
    wrong = ruth.press(new, do="record", country="XA", title=" ", victims_min="many", victims_max="1")
    assert wrong.status_code == 400
    assert "Title" in said(wrong) and "Victims, at least" in said(wrong)
    assert not Incident.objects.exists()


def test_who_does_not_read_it_sees_that_it_is_there(people: People) -> None:
    drl = people["drl"]
    incident = an_incident(drl, narrative="Zoran Hidden.", victim_identities="Mila Hidden.")
    allegation = assessed(an_allegation(None, drl, incident), drl, basis="Zoran said so.")
    source = a_source(drl, country=Country.objects.get(pk="XA"), agenda="Rights at sea.")
    citation = a_citation(drl, a_document(drl, source))
    Browser(drl).read(f"/incidents/{incident.pk}/")
    assert Event.objects.filter(action="evidence.incident-read").count() == 1
    for who in ("section", "coordinator", "auditor"):
        browser = Browser(people[who])
        for thing in (incident, allegation, source, citation.document):
            text = browser.read(thing.get_absolute_url()).text
            assert "not shown to your role" in text
            assert not [word for word in ("Zoran", "Mila", "Harbour", "Report on", "page 4") if word in text]
        for address in ("/sources/", "/incidents/"):
            assert "Harbour" not in browser.read(address).text
        assert browser.status(reverse("document-file", args=[citation.document_id])) == 403
    assert Event.objects.filter(action="evidence.incident-read").count() == 1
    assert Browser(people["section2"]).status(incident.get_absolute_url()) == 404
    assert Browser(people["nominator"]).status("/incidents/") == 404


def test_a_correction_begins_with_what_stands_and_leaves_the_old_version(
    people: People, ruth: Browser
) -> None:
    incident = an_incident(people["drl"], narrative="As first told.")
    address = reverse("incident-correct", args=[incident.pk])
    assert "As first told." in ruth.client.get(address).content.decode()
    page = ruth.then(
        ruth.press(
            address, do="record", title="A night", narrative="As told now.", reason="Seen anew.", **MARCH
        )
    )
    assert "As told now." in page.text and "Earlier versions" in page.text and "Seen anew." in page.text
    incident.refresh_from_db()
    assert incident.version == 2


def test_the_evidence_stands_beside_the_checks(people: People, routed: list[Case]) -> None:
    case, drl = routed[1], people["drl"]
    allegation = an_allegation(case.subject, drl)
    a_note(case.subject, drl)
    text = Browser(people["section"]).read(reverse("case", args=[case.pk])).text
    assert "A clear waits An allegation of torture against the subject is not assessed as it stands." in text
    assert allegation.incident.title in text and "Corruption" in text
    text = Browser(people["section"]).read(reverse("individual", args=[case.subject_id])).text
    assert "Torture" in text and "Corruption" in text


def test_a_withhold_names_its_allegations_and_begins_with_their_draft(
    people: People, routed: list[Case], ruth: Browser
) -> None:
    found_nothing("section", "drl", people=people)
    case = Case.objects.get(pk=routed[1].pk)
    [allegation] = credible(case.subject, people["drl"])
    act = reverse("case-act", args=[case.pk, "recommend-withhold"])
    html = ruth.client.get(act).content.decode()
    assert "Torture, A night at the harbour (the subject; credible)" in html
    assert "Corroboration: Unknown, because nobody asked." in html
    bare = ruth.press(act, grounds="gvhr", basis="Read.")
    assert bare.status_code == 400 and "ame at least one" in said(bare)
    page = ruth.then(ruth.press(act, grounds="gvhr", basis="Read.", allegations=[str(allegation.pk)]))
    assert "It rests on this" in page.text
    assert Determination.objects.get().payload["allegations"][0]["id"] == str(allegation.pk)


def test_a_determination_that_rests_on_a_compartment_says_nothing_to_who_does_not_read_it(
    people: People, routed: list[Case], ruth: Browser
) -> None:
    found_nothing("section", "drl", people=people)
    case = Case.objects.get(pk=routed[1].pk)
    incident = an_incident(people["drl"], compartment=a_compartment("drl", people=people))
    allegation = assessed(an_allegation(case.subject, people["drl"], incident), people["drl"])
    act = reverse("case-act", args=[case.pk, "recommend-withhold"])
    ruth.then(ruth.press(act, grounds="gvhr", basis="What Zoran saw.", allegations=[str(allegation.pk)]))
    address = reverse("determination", args=[Determination.objects.get().pk])
    text = Browser(people["approver"]).read(address).text
    assert "Zoran" not in text and "sealed" in text and "Approve and sign" not in text
    assert "What Zoran saw." in ruth.read(address).text


def test_a_note_is_recorded_from_the_page_of_its_subject(people: People, ruth: Browser) -> None:
    unit = a_unit(people["drl"])
    address = reverse("note-new", args=[unit.pk])
    assert address in ruth.read(reverse("unit", args=[unit.pk])).links
    page = ruth.then(ruth.press(address, do="record", kind="narcotics", note="Let a boat pass."))
    assert "Let a boat pass." in page.text and DerogatoryNote.objects.get().subject_id == unit.pk


def test_the_lists_cost_the_same_however_long_they_are(
    people: People, django_assert_max_num_queries: Any
) -> None:
    drl, browser = people["drl"], Browser(people["legal"])
    for address, make in (
        ("/incidents/", lambda: an_allegation(None, drl)),
        ("/sources/", lambda: a_source(drl, country=Country.objects.get(pk="XA"))),
    ):
        make()
        make()
        with django_assert_max_num_queries(40) as few:
            browser.read(address)
        for _ in range(4):
            make()
        with django_assert_max_num_queries(len(few)):
            browser.read(address)
