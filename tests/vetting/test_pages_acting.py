"""What is done on the pages, without JavaScript: filled in, pressed, answered; typed words are kept."""

from __future__ import annotations

import pytest
from django.urls import reverse

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.signing.models import Determination, State
from screening.models import Match
from tests.support.evidence import credible
from tests.support.world import found_nothing
from tests.vetting.browsing import Browser, said
from vetting.actions import cases, checks, decide
from vetting.models import Case, Check, CheckState, Search, Status

pytestmark = pytest.mark.django_db(transaction=True)

People = dict[str, User]
SEARCH = {
    "searches[0].source": "Embassy files",
    "searches[0].query": "as nominated",
    "searches[0].results": "0",
}


def page_of(case: Case) -> str:
    return reverse("case", args=[case.pk])


def act_of(case: Case, act: str) -> str:
    return reverse("case-act", args=[case.pk, act])


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def claimed(case: Case, by: User) -> Check:
    check = case.checks.order_by("-queue__name")[0]
    return checks.claim(check=check, by=by)


# --- checks ---


def test_the_next_case_is_one_press_away(people: People, routed: list[Case]) -> None:
    browser = Browser(people["section"])
    page = browser.then(browser.press("/", reverse("claim-next")))
    check = Check.objects.get(claimed_by=people["section"])
    assert check.case.reference in page.title
    assert "Next: record your finding" in page.text
    assert "Claimed by you" in page.text


def test_with_nothing_left_the_next_case_is_none(people: People) -> None:
    browser = Browser(people["section"])
    response = browser.client.post(reverse("claim-next"))
    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_a_check_is_claimed_recorded_and_released(people: People, routed: list[Case]) -> None:
    browser, case = Browser(people["section"]), routed[1]
    political, consular = case.checks.order_by("-queue__name")
    for check in (political, consular):
        browser.then(browser.press(page_of(case), reverse("check-act", args=[check.pk, "claim"])))
    browser.then(browser.press(page_of(case), reverse("check-act", args=[consular.pk, "release"])))

    form = reverse("check-act", args=[political.pk, "complete"])
    browser.then(browser.press(form, finding="nothing-found", note="Nothing.", **SEARCH))
    political.refresh_from_db()
    consular.refresh_from_db()
    assert (political.state, political.finding, consular.state) == ("done", "nothing-found", "open")
    assert list(Search.objects.values_list("source", "results")) == [("Embassy files", 0)]


def test_everything_wrong_is_said_at_once_and_what_was_typed_is_kept(
    people: People, routed: list[Case]
) -> None:
    check = claimed(routed[1], people["section"])
    form = reverse("check-act", args=[check.pk, "complete"])
    wrong = {"searches[1].source": "Open press", "searches[1].query": "kept", "searches[1].results": "many"}
    response = Browser(people["section"]).press(form, note="My own words", **wrong)
    assert response.status_code == 400
    html = response.content.decode()
    assert "My own words" in html
    assert 'value="Open press"' in html
    assert "Finding" in said(response) and "Nothing was given here: fill it in." in said(response)
    assert "Search 1, results" in said(response)
    assert Check.objects.get(pk=check.pk).state == CheckState.CLAIMED


def test_a_stale_form_changes_nothing(people: People, routed: list[Case]) -> None:
    check = claimed(routed[1], people["section"])
    browser, form = Browser(people["section"]), reverse("check-act", args=[check.pk, "complete"])
    hidden = browser.read(form).hidden("")
    checks.release(check=check, by=people["section"])
    checks.claim(check=check, by=people["section"])
    page = browser.then(browser.client.post(form, {**hidden, "finding": "nothing-found"}))
    assert "This has changed since you read it." in page.text
    assert Check.objects.get(pk=check.pk).state == CheckState.CLAIMED


def test_a_form_pressed_twice_is_done_once(people: People, routed: list[Case]) -> None:
    browser, form = Browser(people["section"]), act_of(routed[1], "request-information")
    sent = {**browser.read(form).hidden(""), "question": "Which company?"}
    first, second = browser.client.post(form, sent), browser.client.post(form, sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert routed[1].questions.count() == 1


# --- many at once ---


def test_nothing_found_is_recorded_for_what_was_ticked_and_seen(people: People, routed: list[Case]) -> None:
    section, browser = people["section"], Browser(people["section"])
    mine = [claimed(case, section) for case in routed]
    ids = [str(check.pk) for check in mine[:3]]
    seen = browser.press("/", reverse("finish"), ids=ids)
    assert seen.status_code == 200
    assert [case.reference in said(seen) for case in routed] == [True] * 3 + [False] * 3
    assert not Check.objects.filter(state=CheckState.DONE).exists()

    hidden = browser.read("/").hidden(reverse("finish"))
    send = {**hidden, "record": "1", "ids": ids, "note": "Files searched.", **SEARCH}
    page = browser.then(browser.client.post(reverse("finish"), send))
    assert "done for 3 of 3" in page.text
    assert Check.objects.filter(state=CheckState.DONE, finding="nothing-found").count() == 3
    assert Search.objects.count() == 3


def test_what_is_wrong_with_many_is_said_and_nothing_recorded(people: People, routed: list[Case]) -> None:
    check, browser = claimed(routed[1], people["section"]), Browser(people["section"])
    send = {"record": "1", "ids": str(check.pk), "note": "Kept", "searches[0].source": "Embassy files"}
    response = browser.client.post(reverse("finish"), send)
    assert response.status_code == 400
    assert "Search 1, asked for" in said(response)
    assert "Kept" in response.content.decode()
    assert Check.objects.get(pk=check.pk).state == CheckState.CLAIMED


def test_with_nothing_ticked_that_is_said(people: People, routed: list[Case]) -> None:
    browser = Browser(people["section"])
    browser.client.post(reverse("finish"))
    assert "Tick the rows that you mean first." in browser.read("/").text


def test_somebody_elses_check_is_not_finished_with_mine(people: People, routed: list[Case]) -> None:
    check, browser = claimed(routed[1], people["section"]), Browser(people["coordinator"])
    browser.client.post(reverse("finish"), {"record": "1", "ids": str(check.pk), **SEARCH})
    assert "Only those who work this queue can take its checks." in browser.read("/").text
    assert Check.objects.get(pk=check.pk).state == CheckState.CLAIMED


def test_checks_are_released_together(people: People, routed: list[Case]) -> None:
    mine = [claimed(case, people["section"]) for case in routed]
    browser = Browser(people["section"])
    browser.client.post(reverse("release-many"), {"ids": [str(check.pk) for check in mine]})
    assert not Check.objects.filter(state=CheckState.CLAIMED).exists()
    assert not Check.objects.exclude(claimed_by=None, claimed_at=None).exists()


def test_the_clean_are_cleared_together_the_unit_first(people: People, routed: list[Case]) -> None:
    found_nothing("section", "drl", people=people)
    browser = Browser(people["coordinator"])
    assert "Ready to clear (1)" in browser.read("/").text  # the unit: its people wait for it
    clear = reverse("clear-many")
    browser.client.post(clear, {"record": "1", "ids": str(routed[0].pk), "basis": "Nothing found."})
    assert fresh(routed[0]).status == Status.CLEARED
    people_of_it = [str(case.pk) for case in routed[1:]]
    seen = browser.press("/", clear, ids=people_of_it)
    assert all(case.reference in said(seen) for case in routed[1:])
    page = browser.then(browser.client.post(clear, {"record": "1", "ids": people_of_it, "basis": "Clean."}))
    assert "done for 5 of 5" in page.text
    assert {fresh(case).status for case in routed} == {Status.CLEARED}


def test_a_clear_of_many_says_why_not_and_clears_the_rest(people: People, routed: list[Case]) -> None:
    found_nothing("section", "drl", people=people)
    cases.suspend(case=routed[0], reason="To weigh.", by=people["drl"])
    cases.resume(case=fresh(routed[0]), reason="Weighed.", by=people["drl"])
    browser = Browser(people["coordinator"])
    send = {"record": "1", "ids": str(routed[0].pk), "basis": "Nothing found."}
    page = browser.then(browser.client.post(reverse("clear-many"), send))
    assert "This case was suspended before, so a clear takes two people." in page.text


# --- a case ---


@pytest.mark.parametrize(
    ("username", "act", "typed", "status"),
    [
        ("coordinator", "return", {"note": "Give the birth date.", "fields": ["date_of_birth"]}, "returned"),
        ("section", "request-information", {"question": "Which company?"}, "rfi"),
        ("drl", "suspend", {"reason": "A press report."}, "suspended"),
        ("coordinator", "cancel", {"reason": "duplicate"}, "cancelled"),
        ("legal", "opinion", {"view": "concur"}, "in-review"),
        ("drl", "recommend-withhold", {"grounds": "non-hr", "basis": "Two reports."}, "withhold-recommended"),
    ],
)
def test_each_act_has_its_form(
    username: str, act: str, typed: dict[str, str], status: str, people: People, routed: list[Case]
) -> None:
    browser, case = Browser(people[username]), routed[1]
    assert act_of(case, act) in browser.read(page_of(case)).links
    page = browser.then(browser.press(act_of(case, act), **typed))
    assert fresh(case).status == status
    assert case.reference in page.title


def test_an_act_that_is_not_yours_is_refused_in_words_and_recorded(
    people: People, routed: list[Case]
) -> None:
    browser = Browser(people["section"])
    send = {"version": f'"{routed[1].version}"', "reason": "Mine."}
    page = browser.then(browser.client.post(act_of(routed[1], "suspend"), send))
    assert "Only the human rights bureau can suspend, resume, recommend or recall." in page.text
    assert Event.objects.filter(action="vetting.refused", actor="section").count() == 1


def test_a_form_without_what_was_read_is_refused(people: People, routed: list[Case]) -> None:
    browser = Browser(people["drl"])
    browser.client.post(act_of(routed[1], "suspend"), {"reason": "x"})
    assert fresh(routed[1]).status == Status.IN_REVIEW


def test_an_unknown_act_is_not_there(people: People, routed: list[Case]) -> None:
    browser = Browser(people["drl"])
    assert browser.status(act_of(routed[1], "promote")) == 404
    assert browser.client.post(act_of(routed[1], "promote")).status_code == 404


def test_a_person_is_taken_and_given_back(people: People, routed: list[Case]) -> None:
    browser, case = Browser(people["section"]), routed[1]
    browser.then(browser.press(page_of(case), act_of(case, "claim")))
    assert fresh(case).owner == people["section"]
    browser.then(browser.press(page_of(case), act_of(case, "release")))
    assert fresh(case).owner is None


# --- masked fields ---


def test_a_masked_field_is_shown_once_for_a_reason_that_is_recorded(
    people: People, routed: list[Case]
) -> None:
    browser, url = Browser(people["section"]), reverse("case-show", args=[routed[1].pk, "national-id"])
    refused = browser.press(url, reason="")
    assert refused.status_code == 400
    assert not Event.objects.filter(action="units.unmasked").exists()

    shown = browser.press(url, reason="To ask the registry.")
    assert "XA-4400-0001" in said(shown)
    event = Event.objects.get(action="units.unmasked")
    assert event.details["reason"] == "To ask the registry."
    assert "XA-4400-0001" not in event.body
    assert "XA-4400-0001" not in browser.client.get(page_of(routed[1])).content.decode()
    assert "Masked field shown: national id" in browser.read(page_of(routed[1])).text


def test_who_need_not_know_is_refused_and_that_is_recorded(people: People, routed: list[Case]) -> None:
    url = reverse("case-show", args=[routed[1].pk, "birthplace"])
    assert Browser(people["legal"]).client.post(url, {"reason": "Curious."}).status_code == 403
    assert Event.objects.filter(action="units.refused", actor="legal").exists()
    assert Browser(people["section"]).status(reverse("case-show", args=[routed[0].pk, "birthplace"])) == 404
    assert Browser(people["section2"]).status(url) == 404


# --- matches ---


def test_verdicts_lead_from_one_to_the_next_and_back_to_the_case(
    people: People, restricted: list[Case]
) -> None:
    match = Match.objects.get(nominee__kind="individual")
    case = Case.objects.get(subject=match.nominee)
    browser, url = Browser(people["section"]), reverse("match", args=[match.pk])
    wrong = browser.press(url, verdict="different")
    assert wrong.status_code == 400
    assert "checked" in wrong.content.decode()

    response = browser.press(url, verdict="different", reason="Another birth year.")
    assert response.headers["Location"] == page_of(case)
    match.refresh_from_db()
    assert match.verdict == "different"


def test_the_same_as_somebody_restricted_bars_at_once(people: People, restricted: list[Case]) -> None:
    match = Match.objects.get(nominee__kind="individual")
    browser = Browser(people["section"])
    page = browser.then(browser.press(reverse("match", args=[match.pk]), verdict="same", reason="It is he."))
    assert "Barred" in page.text
    assert "Bars this case" in page.text


# --- signatures ---


@pytest.fixture
def recommended(people: People, routed: list[Case]) -> Determination:
    return decide.recommend_withhold(
        case=routed[1],
        grounds="gvhr",
        basis="Two reports.",
        allegations=credible(routed[1].subject, people["drl"]),
        by=people["drl"],
    )


def paths(found: Determination) -> tuple[str, str]:
    return reverse("determination", args=[found.pk]), reverse("determination-act", args=[found.pk, "approve"])


def test_an_approver_signs_the_text_that_was_read(people: People, recommended: Determination) -> None:
    url, approve = paths(recommended)
    browser = Browser(people["approver"])
    page = browser.then(browser.press(url, approve))
    recommended.refresh_from_db()
    assert (recommended.state, recommended.decided_by) == (State.APPROVED, people["approver"])
    assert recommended.read_digest == recommended.digest
    assert "Exactly what was signed" in page.text


def test_approve_and_return_are_two_forms_and_each_names_the_digest(
    people: People, recommended: Determination
) -> None:
    url, approve = paths(recommended)
    page = Browser(people["approver"]).read(url)
    back = approve.replace("approve", "return")
    assert [page.hidden(each)["version"] for each in (approve, back)] == [recommended.etag] * 2


def test_a_return_says_what_is_missing(people: People, recommended: Determination) -> None:
    url, approve = paths(recommended)
    browser, back = Browser(people["approver"]), approve.replace("approve", "return")
    assert browser.press(url, back, reason="").status_code == 400
    page = browser.then(browser.press(url, back, reason="Name the reports."))
    assert "Name the reports." in page.text
    recommended.refresh_from_db()
    assert recommended.state == State.RETURNED


def test_whoever_recommended_it_reads_why_another_must_sign_and_may_withdraw(
    people: People, recommended: Determination
) -> None:
    url, approve = paths(recommended)
    browser = Browser(people["drl"])
    page = browser.read(url)
    assert "another person must approve it" in page.text
    assert "Edwin Sallowfield can" in page.text
    assert approve not in [form["action"] for form in page.forms]
    refused = browser.client.post(approve, {"version": recommended.etag})
    assert "You recommended this: another person must approve it." in browser.then(refused).text
    browser.then(browser.press(url, approve.replace("approve", "withdraw"), reason="A better text."))
    recommended.refresh_from_db()
    assert recommended.state == State.WITHDRAWN


def test_another_digest_signs_nothing(people: People, recommended: Determination) -> None:
    url, approve = paths(recommended)
    browser = Browser(people["approver"])
    page = browser.then(browser.client.post(approve, {"version": '"0000"'}))
    assert "What you read is not what stands here now." in page.text
    recommended.refresh_from_db()
    assert recommended.state == State.RECOMMENDED


def test_what_was_overtaken_says_what_changed(people: People, recommended: Determination) -> None:
    case = Case.objects.get(status=Status.WITHHOLD_RECOMMENDED)
    cases.cancel(case=case, reason="duplicate", by=people["coordinator"])
    text = Browser(people["approver"]).read(paths(recommended)[0]).text
    assert "Overtaken: what this rests on has changed" in text
    assert "The case was cancelled." in text
