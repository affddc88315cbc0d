"""Every act there is: who does it to what, the one event it writes, what follows from it; and who may not."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.classes import a_class
from tests.trust.acts_world import World
from tests.vetting.intake.builders import csv_of
from tests.vetting.test_imports import a_form, line
from tests.vetting.test_pages_nominations import boxes, days, row_boxes
from tests.vetting.test_pages_upload import form as header_form
from vetting.actions import cases, checks
from vetting.days import today
from vetting.models import Status

REASON = {"reason": "Read again with care."}
SEARCH = {"source": "Embassy files", "query": "as nominated", "results": 0}
SINCE = {"from": "2020-01-01", "to": None}
WHEN = {"certain": SINCE, "possible": SINCE}
_numbers = itertools.count(1)

Things = Callable[[World], Any]
Words = Mapping[str, Any] | Callable[[World], Mapping[str, Any]]


@dataclass(frozen=True)
class Doing:
    """`rest` and `page` are addresses; {pk} is the thing's, {class} its nomination's."""

    who: str
    event: str
    rest: str
    page: str
    other: str  # reaches the thing, and may not do this to it
    thing: Things | None = None
    later: Things | None = None  # one to which it cannot be done now
    body: Words = lambda world: {}
    form: Words | None = None  # what the page posts, where that is not the body
    before: Callable[[World, Any], object] | None = None  # done first, in the same transaction
    also: frozenset[str] = frozenset()  # what follows from it by itself
    other_by_page: bool = True  # False: to them the page is not there at all (404)
    later_by_page: bool = True  # False: the page refuses what was chosen (400) before it is asked whether now
    about: str = ""  # the kind that the event is about, where that is not the thing


def case(who: str, event: str, act: str, state: str, other: str, later: str, **more: Any) -> Doing:
    return Doing(
        who, event if "." in event else f"vetting.{event}",
        f"cases/{{pk}}/{act}/", f"/cases/{{pk}}/{act}/", other,
        lambda world: world.case(state), lambda world: world.case(later), **more,
    )  # fmt: skip


def check(who: str, event: str, act: str, other: str, **more: Any) -> Doing:
    return Doing(
        who, event, f"checks/{{pk}}/{act}/", f"/checks/{{pk}}/{act}/", other,
        lambda world: world.check(), lambda world: world.check(Status.IN_REVIEW), **more,
    )  # fmt: skip


def signing(who: str, event: str, act: str, other: str, **more: Any) -> Doing:
    address = f"determinations/{{pk}}/{act}/"
    return Doing(
        who, event, address, f"/{address}", other,
        lambda world: world.determination(Status.WITHHOLD_RECOMMENDED),
        lambda world: world.determination(Status.WITHHELD), **more,
    )  # fmt: skip


def nomination(event: str, act: str, **more: Any) -> Doing:
    address = f"nominations/{{pk}}/{act}/"
    return Doing(
        "nominator", event, address, f"/{address}", "coordinator",
        lambda world: world.case(Status.IN_REVIEW).nomination,
        lambda world: world.case(Status.CANCELLED).nomination, **more,
    )  # fmt: skip


def row(event: str, act: str, state: str, **more: Any) -> Doing:
    return Doing(
        "nominator", event, f"nominations/{{class}}/candidates/{{pk}}/{act}/",
        f"/nominations/{{class}}/rows/{{pk}}/{act}/", "coordinator",
        lambda world: world.row(state), lambda world: world.row(Status.CANCELLED),
        about="vetting.nomination", **more,
    )  # fmt: skip


def known(event: str, rest: str, page: str, thing: str, **more: Any) -> Doing:
    options = {"who": "drl", "other": "legal"} | more
    return Doing(event=event, rest=rest, page=page, thing=lambda world: again(world.known[thing]), **options)


def again(thing: Any) -> Any:
    return type(thing).objects.get(pk=thing.pk)


def claimed(world: World, thing: Any) -> object:
    return checks.claim(check=thing, by=world.people["section"])


def taken(world: World, thing: Any) -> object:
    return cases.claim(case=thing, by=world.people["drl"])


def new_class(world: World) -> dict[str, Any]:
    return a_class(1, by=world.people["nominator"], reference=f"ACT-{next(_numbers)}")


def given(world: World, state: str) -> dict[str, str]:
    """The boxes of a row as it was given last."""
    version = world.row(state).versions.order_by("-version")[0]
    return row_boxes(version.given)


def amended(world: World) -> dict[str, Any]:
    event = world.case(Status.IN_REVIEW).nomination
    return {"event": {"title": "Moved", "location": event.event_location,
                      "starts_on": event.event_starts_on.isoformat(),
                      "ends_on": event.event_ends_on.isoformat()}}  # fmt: skip


def amended_form(world: World) -> dict[str, Any]:
    event = world.case(Status.IN_REVIEW).nomination
    typed = {"event_title": "Moved", "event_location": event.event_location}
    for name in ("event_starts_on", "event_ends_on", "needed_by"):
        typed |= days(name, getattr(event, name).isoformat())
    return typed


def alternate(world: World) -> str:
    return str(world.row("replaced").nomination.candidates.get(role="alternate").pk)


def a_file(world: World) -> dict[str, Any]:
    return a_form(world.people["nominator"], csv_of([line(next(_numbers) + 500)]))


def an_upload(world: World) -> dict[str, Any]:
    file = SimpleUploadedFile("class.csv", csv_of([line(next(_numbers) + 500)]))
    return header_form(world.people["nominator"]) | {"file": file}


CLAIM_FORM = {"certain_from_0": "1", "certain_from_1": "1", "certain_from_2": "2020"}
FINDING = {"finding": "nothing-found", "note": "", "searches": [SEARCH]}
FINDING_FORM = {"finding": "nothing-found", "note": "", **{f"searches[0].{k}": v for k, v in SEARCH.items()}}
OVER = frozenset({"vetting.cancelled"})


def cspa(event: str, rest: str, page: str, thing: str = "", later: str = "", **more: Any) -> Doing:
    options = {"who": "cspa", "other": "approver"} | more
    return Doing(
        event=event, rest=f"cspa/{rest}", page=f"/cspa/{page or rest}",
        thing=(lambda world: again(world.known[thing])) if thing else None,
        later=(lambda world: again(world.known[later])) if later else None,
        **options,
    )  # fmt: skip


RECOMMENDED = {"event": "signing.recommended", "about": "signing.determination"}
LISTING = {"country": "XB", "list_year": today().year, "forces": ["government"], "finding": "As published.",
           "citation": "Page 7", "confidence": "high"}  # fmt: skip
RELIEF = {"country": "XA", "fiscal_year": today().year + 1, "extent": "full",
          "from": f"{today().year}-10-01",
          "instrument": {"official": "The President", "number": "14", "dated": "2020-09-29"},
          "certified_on": "2020-09-29", "justification": "Continuing steps."}  # fmt: skip
RELIEF_FORM = {"country": "XA", "fiscal_year": str(today().year + 1), "extent": "full",
               **days("first", f"{today().year}-10-01"), "official": "The President", "number": "14",
               **days("dated", "2020-09-29"), **days("certified_on", "2020-09-29"),
               "justification": "Continuing steps."}  # fmt: skip
REPORT = {"text": "Published.", "citation": "Page 2", "done_on": "2020-12-30"}
REPORT_FORM = {"text": "Published.", "citation": "Page 2", **days("done_on", "2020-12-30")}
CSPA: dict[str, Doing] = {
    "RECORD_LISTING": cspa(
        "cspa.listed", "listings/", "listings/new/", about="cspa.listing", body=LISTING
    ),
    "RECOMMEND_WAIVER": cspa(
        rest="waivers/", page="waivers/new/", body=RELIEF, form=RELIEF_FORM, **RECOMMENDED
    ),
    "RECOMMEND_REINSTATEMENT": cspa(
        rest="reinstatements/", page="reinstatements/new/", body=RELIEF, form=RELIEF_FORM, **RECOMMENDED
    ),
    "LISTING_ACTS correct": cspa(
        rest="listings/{pk}/correct/", page="", thing="listing", later="off",
        body={"changes": {"finding": "Read anew."}, **REASON},
        form={"forces": ["government"], "finding": "Read anew.", "citation": "Report, page 7",
              "confidence": "high", **REASON}, **RECOMMENDED,
    ),
    "RELIEF_ACTS correct": cspa(
        rest="waivers/{pk}/correct/", page="", thing="waiver",
        body={"changes": {"justification": "Read anew."}, **REASON},
        form={"justification": "Read anew.", **REASON}, **RECOMMENDED,
    ),
    "YEAR_ACTS recommend-confirmed": cspa(
        rest="list-years/{pk}/recommend-confirmed/", page="list-years/{pk}/confirm/", thing="list",
        later="sure list", body={"citation": "The report"}, **RECOMMENDED,
    ),
    "RECORD_PLAN": cspa(
        "cspa.plan-recorded", "action-plans/", "action-plans/new/", about="cspa.actionplan",
        body={"country": "XA", "title": "Another", "citation": "Page 1"},
    ),
    "PLAN_ACTS correct": cspa(
        "cspa.plan-corrected", "action-plans/{pk}/correct/", "", "plan",
        body={"changes": {"title": "Map"}, **REASON}, form={"title": "Map", "citation": "Page 1", **REASON},
    ),
    "PLAN_ACTS add-milestone": cspa(
        "cspa.milestone-added", "action-plans/{pk}/add-milestone/", "action-plans/{pk}/milestones/new/",
        "plan", about="cspa.milestone", body={"title": "Age verification"},
    ),
    "MILESTONE_ACTS report": cspa(
        "cspa.milestone-reported", "milestones/{pk}/report/", "", "fresh", "verified",
        body=REPORT, form=REPORT_FORM,
    ),
    "MILESTONE_ACTS verify": cspa(
        "cspa.milestone-verified", "milestones/{pk}/verify/", "", "reported", "verified", who="legal",
        body=REASON,
    ),
    "MILESTONE_ACTS reject": cspa(
        "cspa.milestone-rejected", "milestones/{pk}/reject/", "", "reported", "verified", who="legal",
        body=REASON,
    ),
}  # fmt: skip

FOUND = {"possible_from_0": "1", "possible_from_1": "3", "possible_from_2": "2019"}
ACCESSED = {"accessed_on_0": "5", "accessed_on_1": "1", "accessed_on_2": "2020"}
MARCH = {"certain": None, "possible": {"from": "2019-03-01", "to": None}}
JUDGED = {"source_credibility": "low", "content_credibility": "low", "conclusion": "undetermined",
          "basis": "As read."}  # fmt: skip


def said(event: str, rest: str, thing: str, body: Any, form: Any, **more: Any) -> Doing:
    """A correction of evidence: by call and by page at the same address."""
    return known(event, f"{rest}/{{pk}}/correct/", f"/{rest}/{{pk}}/correct/", thing,
                 body={"changes": body, **REASON}, form={**form, **REASON}, **more)  # fmt: skip


def of(world: World, name: str) -> str:
    return str(world.known[name].pk)


EVIDENCE: dict[str, Doing] = {
    "RECORD_SOURCE": Doing(
        "drl", "sources.source-recorded", "sources/", "/sources/new/", "legal", about="sources.source",
        body={"name": "Ferry Watch", "kind": "ngo"}, form={"name": "Ferry Watch", "kind": "ngo"},
    ),
    "SOURCE_ACTS correct": said(
        "sources.source-corrected", "sources", "source", {"kind": "un"},
        {"name": "Ferry Watch", "kind": "un", "country": "XA"},
    ),
    "RECORD_DOCUMENT": known(
        "sources.document-recorded", "documents/", "/sources/{pk}/document/", "source",
        about="sources.document",
        body=lambda world: {"source": of(world, "source"), "title": "Report", "accessed_on": "2020-01-05",
                            "url": "https://ferry.example/"},
        form={"title": "Report", "url": "https://ferry.example/", **ACCESSED},
    ),
    "DOCUMENT_ACTS correct": said(
        "sources.document-corrected", "documents", "document", {"title": "Report, corrected"},
        {"title": "Report, corrected", "url": "https://ferry.example/", **ACCESSED},
    ),
    "RECORD_CITATION": known(
        "sources.citation-recorded", "citations/", "/documents/{pk}/cite/", "document",
        about="sources.citation",
        body=lambda world: {"document": of(world, "document"), "place": "page 9"}, form={"place": "page 9"},
    ),
    "CITATION_ACTS correct": said(
        "sources.citation-corrected", "citations", "citation", {"place": "page 5"}, {"place": "page 5"}
    ),
    "RECORD_CONFLICT": known(
        "sources.conflict-recorded", "conflicts/", "/allegations/{pk}/conflict/", "allegation",
        about="sources.conflict",
        body=lambda world: {"kind": "evidence.allegation", **REASON,
                            "claims": [of(world, "allegation"), of(world, "another")]},
        form=lambda world: {"other": of(world, "another"), **REASON},
    ),
    "CONFLICT_ACTS settle": known(
        "sources.conflict-settled", "conflicts/{pk}/settle/", "/conflicts/{pk}/settle/", "conflict",
        body=lambda world: {"accepted": of(world, "allegation"), **REASON},
        form=lambda world: {"accepted": of(world, "allegation"), **REASON},
        later=lambda world: again(world.known["old conflict"]),
    ),
    "RECORD_INCIDENT": Doing(
        "drl", "evidence.incident-recorded", "incidents/", "/incidents/new/", "legal",
        about="evidence.incident", body={"title": "A night", "country": "XA", "when": MARCH},
        form={"title": "A night", "country": "XA", **FOUND},
    ),
    "INCIDENT_ACTS correct": said(
        "evidence.incident-corrected", "incidents", "incident", {"title": "Another night"},
        {"title": "Another night", **FOUND},
    ),
    "RECORD_ALLEGATION": known(
        "evidence.allegation-recorded", "allegations/", "/incidents/{pk}/allegation/", "incident",
        about="evidence.incident",
        body=lambda world: {"incident": of(world, "incident"), "violation": "torture",
                            "involvement": "aided",
                            "perpetrator": {"kind": "individual", "id": of(world, "person")}},
        form=lambda world: {"perpetrator": "individual", "chosen": of(world, "person"),
                            "violation": "torture", "involvement": "aided"},
    ),
    "ALLEGATION_ACTS correct": said(
        "evidence.allegation-corrected", "allegations", "allegation", {"involvement": "aided"},
        {"involvement": "aided", "violation": "torture"}, about="evidence.incident",
    ),
    "ALLEGATION_ACTS assess": known(
        "evidence.assessed", "allegations/{pk}/assess/", "/allegations/{pk}/assess/", "allegation",
        about="evidence.incident", body={"factors": {}, "elements": {}, **JUDGED}, form=JUDGED,
    ),
    "RECORD_NOTE": known(
        "evidence.note-recorded", "derogatory-notes/", "/subjects/{pk}/note/", "unit",
        about="evidence.derogatorynote",
        body=lambda world: {"subject": of(world, "unit"), "kind": "crime", "note": "Sold fuel."},
        form={"kind": "crime", "note": "Sold fuel."},
    ),
    "NOTE_ACTS correct": said(
        "evidence.note-corrected", "derogatory-notes", "note", {"kind": "security"},
        {"kind": "security", "note": "Sold fuel."},
    ),
}  # fmt: skip

# By the name under which an act is declared in its room, and its own.
ACTS: dict[str, Doing] = {
    # --- cases ---
    "CASE_ACTS claim": case("drl", "claimed", "claim", "in-review", "legal", "cleared"),
    "CASE_ACTS release": case("drl", "released", "release", "in-review", "legal", "cleared", before=taken),
    "CASE_ACTS return": case(
        "coordinator", "returned", "return", "in-review", "drl", "cleared",
        body={"note": "Give the birth date.", "fields": ["date_of_birth"]},
    ),
    "CASE_ACTS request-information": case(
        "section", "asked", "request-information", "in-review", "legal", "cleared",
        body={"question": "Which company?", "fields": ["unit.name"]},
    ),
    "CASE_ACTS suspend": case(
        "drl", "suspended", "suspend", "in-review", "coordinator", "cleared", body=REASON
    ),
    "CASE_ACTS resume": case(
        "drl", "resumed", "resume", "suspended", "coordinator", "cleared", body=REASON
    ),
    "CASE_ACTS opinion": case(
        "legal", "opinion-given", "opinion", "in-review", "drl", "cleared",
        body={"view": "concur", "note": ""},
    ),
    "CASE_ACTS clear": case(
        "coordinator", "cleared", "clear", "unit", "legal", "suspended", body={"basis": "Nothing found."}
    ),
    "CASE_ACTS recommend-clear": case(
        "drl", "signing.recommended", "recommend-clear", "unit", "coordinator", "suspended",
        about="signing.determination",
        body={"basis": "As read."},
    ),
    "CASE_ACTS recommend-withhold": case(
        "drl", "signing.recommended", "recommend-withhold", "in-review", "coordinator", "cleared",
        body={"grounds": "non-hr", "basis": "As read."}, about="signing.determination",
    ),
    "CASE_ACTS recall": case(
        "drl", "recalled", "recall", "cleared", "coordinator", "in-review", body=REASON
    ),
    "CASE_ACTS reopen": case(
        "drl", "reopened", "reopen", "recalled", "coordinator", "in-review", body=REASON
    ),
    "CASE_ACTS cancel": case(
        "coordinator", "cancelled", "cancel", "in-review", "legal", "cleared",
        body={"reason": "duplicate", "note": "Twice."},
    ),
    # --- checks ---
    "CHECK_ACTS claim": check("section", "vetting.check-claimed", "claim", "coordinator"),
    "CHECK_ACTS release": check(
        "section", "vetting.check-released", "release", "coordinator", before=claimed
    ),
    "CHECK_ACTS complete": check(
        "section", "vetting.check-completed", "complete", "coordinator", before=claimed,
        body=FINDING, form=FINDING_FORM,
    ),
    "CHECK_ACTS recommend-skip": check(
        "coordinator", "signing.recommended", "recommend-skip", "section", body=REASON,
        about="signing.determination",
    ),
    "NEXT": Doing(
        "section", "vetting.check-claimed", "checks/next/", "/my-work/next/", "legal", about="vetting.check"
    ),
    # --- matches ---
    "MATCH_ACTS verdict": known(
        "screening.judged", "matches/{pk}/verdict/", "/matches/{pk}/", "match",
        body={"verdict": "different", **REASON},
    ),
    # --- signing ---
    "DETERMINATION_ACTS approve": signing(
        "approver", "signing.approved", "approve", "legal",
        also=frozenset({
            "vetting.withheld", "vetting.restricted", "remediation.notification-opened",
            "remediation.opened", "remediation.incident-added",
        }),
    ),
    "DETERMINATION_ACTS return": signing("approver", "signing.returned", "return", "legal", body=REASON),
    "DETERMINATION_ACTS withdraw": signing("drl", "signing.withdrawn", "withdraw", "approver", body=REASON),
    # --- nominations ---
    "NOMINATE": Doing(
        "nominator", "vetting.nominated", "nominations/", "/nominations/new/", "coordinator",
        body=new_class, form=lambda world: boxes(new_class(world)) | {"do": "send"},
        about="vetting.nomination", also=frozenset({"vetting.received"}), other_by_page=False,
    ),
    "IMPORT": Doing(
        "nominator", "vetting.import-asked", "nominations/import/", "/nominations/upload/", "coordinator",
        body=a_file, form=an_upload, about="doors.job", other_by_page=False,
    ),
    "NOMINATION_ACTS withdraw": nomination("vetting.nomination-withdrawn", "withdraw", also=OVER),
    "NOMINATION_ACTS amend-event": nomination(
        "vetting.event-amended", "amend-event", body=amended, form=amended_form
    ),
    "CANDIDATE_ACTS withdraw": row("vetting.row-withdrawn", "withdraw", "in-review", also=OVER),
    "CANDIDATE_ACTS answer": row(
        "vetting.answered", "answer", "rfi", body={"answer": "The third company.", "changes": None},
        form=lambda world: given(world, "rfi") | {"answer": "The third company."},
    ),
    "CANDIDATE_ACTS resubmit": row(
        "vetting.answered", "resubmit", "returned", body={"changes": {"rank": "Major"}},
        form=lambda world: given(world, "returned") | {"rank": "Major"},
    ),
    "CANDIDATE_ACTS substitute": row(
        "vetting.row-substituted", "substitute", "replaced", also=OVER, later_by_page=False,
        body=lambda world: {"with": alternate(world)}, form=lambda world: {"alternate": alternate(world)},
    ),
    **CSPA,
    **EVIDENCE,
    # --- the register ---
    "UNIT_ACTS correct": known(
        "units.corrected", "units/{pk}/correct/", "/units/{pk}/correct/", "unit",
        body={"changes": {"level": "company"}, **REASON},
        form={"name": "2nd Ferry Company", "level": "company", **REASON},
        later=lambda world: world.case("open").unit_case.subject.unit,
    ),
    "INDIVIDUAL_ACTS correct": known(
        "units.corrected", "individuals/{pk}/correct/", "/individuals/{pk}/correct/", "person",
        body={"changes": {"gender": "male"}, **REASON},
        form={"name": "Ivo Tarskalov", "gender": "male", **REASON},
        later=lambda world: world.case("open").subject.individual,
    ),
    "INDIVIDUAL_ACTS unmask": known(
        "units.unmasked", "individuals/{pk}/unmask/", "/individuals/{pk}/unmask/", "person",
        body={"field": "national_id", **REASON},
    ),
    "LINK_ACTS correct": known(
        "units.commandlink-corrected", "command-links/{pk}/correct/", "/command-links/{pk}/correct/", "link",
        body={"changes": {"kind": "operational"}, **REASON},
        form={"kind": "operational", **CLAIM_FORM, **REASON},
        later=lambda world: again(world.known["old link"]), about="units.unit",
    ),
    "POSTING_ACTS correct": known(
        "units.posting-corrected", "postings/{pk}/correct/", "/postings/{pk}/correct/", "posting",
        body={"changes": {"rank": "Major"}, **REASON},
        form={"role": "commander", "rank": "Major", **CLAIM_FORM, **REASON},
        later=lambda world: again(world.known["old posting"]), about="units.individual",
    ),
    "LINEAGE_ACTS correct": known(
        "units.lineageevent-corrected", "lineage-events/{pk}/correct/", "/lineage-events/{pk}/correct/",
        "event", body={"changes": {"kind": "reconstituted"}, **REASON},
        form={"kind": "reconstituted", **CLAIM_FORM, **REASON},
        later=lambda world: again(world.known["old event"]), about="units.unit",
    ),
    "RECORD_UNIT": Doing(
        "drl", "units.recorded", "units/", "/units/new/", "legal", about="units.unit",
        body={"country": "XA", "name": "3rd Ferry Company"},
    ),
    "RECORD_INDIVIDUAL": Doing(
        "drl", "units.recorded", "individuals/", "/individuals/new/", "legal", about="units.individual",
        body={"country": "XA", "name": {"full": "Oto Brezin"}}, form={"country": "XA", "name": "Oto Brezin"},
    ),
    "RECORD_LINK": known(
        "units.commandlink-recorded", "command-links/", "/units/{pk}/link/", "unit", about="units.unit",
        body=lambda world: {"child": str(world.known["unit"].pk), "parent": str(world.known["above"].pk),
                            "when": WHEN},
        form=lambda world: {"chosen": str(world.known["above"].pk), "kind": "command", **CLAIM_FORM},
    ),
    "RECORD_LINEAGE": known(
        "units.lineageevent-recorded", "lineage-events/", "/units/{pk}/lineage/", "above", about="units.unit",
        body=lambda world: {"kind": "split", "from": [str(world.known["above"].pk)],
                            "to": [str(world.known["unit"].pk)], "when": WHEN},
        form=lambda world: {"kind": "split", "side": "from", "to-chosen": str(world.known["unit"].pk),
                            **CLAIM_FORM},
    ),
    "RECORD_POSTING": known(
        "units.posting-recorded", "postings/", "/individuals/{pk}/posting/", "person",
        about="units.individual",
        body=lambda world: {"individual": str(world.known["person"].pk),
                            "unit": str(world.known["unit"].pk), "role": "commander", "when": WHEN},
        form=lambda world: {"chosen": str(world.known["unit"].pk), "role": "commander", **CLAIM_FORM},
    ),
}  # fmt: skip
