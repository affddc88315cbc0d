"""The doors a file can come in by, each asked the same: what came of it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.accounts.models import User
from foundation.doors.jobs import Job
from foundation.outbox import relay
from tests.support.people import Caller, key
from tests.vetting.browsing import Browser, said
from tests.vetting.test_imports import a_form
from tests.vetting.test_pages_upload import UPLOAD
from tests.vetting.test_pages_upload import form as a_page_form
from vetting.imports import KIND


@dataclass
class Answer:
    """`taken` is whether it was read, and held good; `rows` are what a nomination was made of."""

    taken: bool
    problems: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    faults: list[str] = field(default_factory=list)  # of the door itself

    @property
    def codes(self) -> set[str]:
        return {each["code"] for each in self.problems}


Door = Callable[[User, str, bytes], Answer]


def by_call(user: User, name: str, content: bytes, *, mode: str = "all", dry: str = "") -> Answer:
    """nominations/import/ and then its job."""
    caller = Caller(user)
    form = a_form(user, content, name=name, mode=mode)
    response = caller.send(f"nominations/import/{dry}", form, **key())
    if response.status_code != 202:
        return _refused_at_the_door(response)
    relay.drain()
    return _of_job(caller.get(response["Location"]).json())


def as_dry_run(user: User, name: str, content: bytes) -> Answer:
    answer = by_call(user, name, content, dry="?dry_run=1")
    if answer.rows:
        answer.faults.append("a dry run saved something")
    return answer


def valid_rows_only(user: User, name: str, content: bytes) -> Answer:
    return by_call(user, name, content, mode="valid-rows")


def _refused_at_the_door(response: Any) -> Answer:
    answer = Answer(False, response.json()["errors"] if response.status_code < 500 else [])
    if response.status_code not in (400, 413):
        answer.faults.append(f"answered {response.status_code}")
    if response["Content-Type"] != "application/problem+json":
        answer.faults.append(f"answered {response['Content-Type']}")
    if response.status_code == 413:  # its sentence stands in the detail
        answer.problems = [{"code": "too-large", "detail": response.json()["detail"]}]
    return answer


def _of_job(job: dict[str, Any]) -> Answer:
    answer = Answer(job["state"] == "done", job["errors"])
    if job["state"] not in ("done", "refused"):
        answer.faults.append(f"the job is {job['state']}")
    result = job.get("result") or {}
    if "nomination" in result:
        answer.rows = result["new"] + result["same_person"] + result["changed"]
    return answer


def by_page(user: User, name: str, content: bytes) -> Answer:
    """The upload page, told to send the file if every row reads well; their columns left as they are."""
    browser = Browser(user)
    file = SimpleUploadedFile(name, content)
    response = browser.press(UPLOAD, UPLOAD, **a_page_form(user, what="all"), file=file)
    if response.status_code == 303 and response["Location"].endswith("/columns/"):
        at = response["Location"]
        response = browser.press(at, **{f"column{place}": "" for place in range(200)})
    if response.status_code == 400:
        return _on_the_page(response)
    if response.status_code != 303:
        return Answer(False, faults=[f"answered {response.status_code}"])
    relay.drain()
    return _come_of(browser, response["Location"])


def _on_the_page(response: Any) -> Answer:
    """A page has no codes: its sentences stand for the problems."""
    return Answer(False, [{"code": "", "detail": said(response)}], faults=_unsafe(response))


def _come_of(browser: Browser, address: str) -> Answer:
    """What the page of an import shows is what its job says: row, column, sentence."""
    response = browser.client.get(address)
    job = Job.objects.get(kind=KIND, pk=address.rstrip("/").rpartition("/")[2])
    answer = Answer(job.state == "done", list(job.errors), faults=_unsafe(response))
    if job.state not in ("done", "refused"):
        answer.faults.append(f"the job is {job.state}")
    shown = said(response)
    for each in job.errors[:3]:
        words = each["detail"].partition(": ")[2] or each["detail"]
        if " ".join(words.split())[1:60] not in shown:
            answer.faults.append(f"the page does not say “{words}”")
        if each.get("row") and f"{each['row']} {each.get('column') or ''}".strip() not in shown:
            answer.faults.append(f"the page does not name {each.get('row')}, {each.get('column')}")
    if job.result and "nomination" in job.result:
        answer.rows = job.result["new"] + job.result["same_person"] + job.result["changed"]
    return answer


def _unsafe(response: Any) -> list[str]:
    return ["a script stands in the page"] if b"<script>alert" in response.content else []


DOORS: dict[str, Door] = {
    "by call": by_call,
    "dry run": as_dry_run,
    "valid rows only": valid_rows_only,
    "by page": by_page,
}
