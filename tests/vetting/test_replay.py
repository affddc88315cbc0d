"""A decision is read again as it was made, whatever has become of what it rests on since."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from config import demo
from foundation.accounts.models import User
from foundation.outbox import relay
from foundation.refused import Refused
from foundation.signing import actions as signing
from foundation.sources import actions as sources
from foundation.sources.dated import days
from screening import core
from tests.support import evidence
from tests.support.classes import a_person, nominated
from tests.support.people import person
from tests.support.wayback import a_unit
from units import actions as units
from units.models import CommandLink, Individual
from vetting.actions import decide
from vetting.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

BELOW, ABOVE = "3rd Harbour Company", "Harbour Regiment"
WHAT_WAS_SEEN = b"What was seen at the gate."


@pytest.fixture
def unit_case(people: dict[str, User]) -> Case:
    """Of a unit that is judged a known one, which stands under another."""
    demo.load_register(people["drl"])
    case: Case = nominated([a_person(1)], by=people["nominator"]).cases.get(kind="unit")
    below, above = (a_unit(people, name) for name in (BELOW, ABOVE))
    since = days(dt.date(2019, 1, 1), None)
    link = CommandLink(child=below, parent=above, certain=since, possible=since)
    units.link(claim=link, by=people["drl"])
    relay.drain()
    units.judge_same(nominee=case.subject, known=below, by=people["drl"])
    relay.drain()
    case.refresh_from_db()
    return case


def test_a_withhold_is_replayed_as_it_was_signed(
    people: dict[str, User], unit_case: Case, call: Any, capsys: Any
) -> None:
    drl = people["drl"]
    document = evidence.a_document(drl, file=SimpleUploadedFile("report.txt", WHAT_WAS_SEEN))
    citation = evidence.a_citation(drl, document)
    allegation = evidence.an_allegation(unit_case.subject, drl, citations=[citation])
    signed = decide.recommend_withhold(
        case=unit_case, grounds="gvhr", basis="The report.", by=drl,
        allegations=[evidence.assessed(allegation, drl)],
    )  # fmt: skip
    signing.approve(signed, read=signed.digest, by=people["approver"])

    assert signed.covers.filter(kind="units.command-link").count() == 1

    everything_moves_on(people, unit_case, citation)

    read = call("approver").get(f"determinations/{signed.pk}/").json()
    call_command("explain", unit_case.reference, json=True)
    [told] = [each for each in json.loads(capsys.readouterr().out)["decisions"] if each["kind"] == "withhold"]
    assert told["intact"] and told["digest"] == read["digest"] == signed.digest
    for payload in (read["payload"], told["payload"]):
        assert payload["subject"]["names"] == ["1th Harbour Guard Company"]
        [above] = payload["hierarchy"]
        assert (above["child"]["name"], above["parent"]["name"]) == (
            "3rd Harbour Company",
            "Harbour Regiment",
        )
        assert (above["version"], above["when"]["certain"]["from"]) == (1, "2019-01-01")
        assert payload["rule"]["version"] == 1
        assert payload["screening"] == {"algorithm": core.ALGORITHM}
        [alleged] = payload["evidence"]["allegations"]
        [cited] = alleged["citations"]
        assert cited["version"] == 1
        assert (cited["document"]["sha256"], cited["document"]["accessed_on"]) == (
            document.sha256, "2020-01-05",
        )  # fmt: skip


def test_a_link_that_changed_unheard_is_found_at_the_signature(
    people: dict[str, User], unit_case: Case
) -> None:
    signed = decide.recommend_withhold(
        case=unit_case, grounds="non-hr", basis="The report.", by=people["drl"]
    )
    link = CommandLink.objects.get(child__name=BELOW)
    units.correct_claim(
        claim=link, changes={"kind": "administrative"}, reason="As decreed.", by=person("drl")
    )
    with pytest.raises(Refused, match="hierarchy"):
        signing.approve(signed, read=signed.digest, by=people["approver"])
    signed.refresh_from_db()
    assert signed.state != "approved"


def test_a_clear_is_replayed_with_the_matches_that_were_judged(people: dict[str, User], call: Any) -> None:
    """With the algorithm and thresholds that found them, and what was said of them."""
    known = units.record(
        subject=Individual(country_id="XA", nationality="XA"),
        names=[units.Called(a_person(1)["name"]["full"])],
        by=people["drl"],
    )
    case = nominated([a_person(1)], by=people["nominator"]).cases.get(kind="individual")
    relay.drain()
    recommended = decide.recommend_withhold(case=case, grounds="non-hr", basis="A report.", by=people["drl"])
    names = [units.Called("Somebody Else")]
    units.correct(subject=known, changes={}, names=names, reason="As he is called.", by=people["drl"])
    [match] = call("drl").get(f"determinations/{recommended.pk}/").json()["payload"]["matches"]
    assert match["known"]["name"] == a_person(1)["name"]["full"]
    assert match["algorithm"] == core.ALGORITHM and match["thresholds"]
    assert match["verdict"] is None


def everything_moves_on(people: dict[str, User], case: Case, citation: Any) -> None:
    """Names, the hierarchy and a citation are corrected after the signature."""
    drl, link = people["drl"], CommandLink.objects.get(child__name=BELOW)
    for subject in (link.child, link.parent):
        units.correct(
            subject=subject,
            changes={},
            names=[units.Called(f"New {subject.name}")],
            reason="Renamed.",
            by=drl,
        )
    units.correct_claim(claim=link, changes={"kind": "administrative"}, reason="As decreed.", by=drl)
    sources.correct_citation(citation=citation, changes={"place": "page 5"}, reason="Misread.", by=drl)
    relay.drain()
