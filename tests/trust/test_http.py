"""What holds of every address there is, from the URLconf: who may write to it, what its answers carry, and
where it sends a browser on to.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from django.core import mail as post
from django.test import Client
from django.urls import resolve, reverse

from config import logs
from config.demo import PASSWORD
from foundation.accounts.models import User
from foundation.doors.fresh import GIVEN
from tests.support.sizes import Size
from tests.trust.crawl import every_address, every_route
from tests.vetting.browsing import BACKEND
from vetting import mail
from vetting.models import Case

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
People = dict[str, User]
UNSAFE = ("post", "delete", "put", "patch")
CALLS = "/api/"
FORM_REFUSED = "The form was not accepted"
OURS = "testserver"


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def strict(people: People) -> Client:
    """drl's browser, of which the token of its forms is asked."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["drl"], BACKEND)
    return client


def token(client: Client) -> str:
    client.get("/password/?next=/")  # any page with a form
    session = client.session
    session[GIVEN] = 0
    session.save()
    client.get("/password/")
    return str(client.cookies["csrftoken"].value)


# --- writing ---


def test_every_page_refuses_what_was_sent_without_its_forms_token(strict: Client, size: Size) -> None:
    pages = [path for path in every_route() if not path.startswith(CALLS)]
    methods = UNSAFE[: size("methods", gate=2, full=4)]
    through = [
        f"{method} {path}: {answer.status_code}"
        for path in pages
        for method in methods
        if not _is_refused(answer := getattr(strict, method)(path))
    ]
    size.note(f"{len(pages) * len(methods)} requests to {len(pages)} pages")
    assert through == []


def _is_refused(answer: Any) -> bool:
    return answer.status_code == 403 and FORM_REFUSED in answer.content.decode()


def test_every_call_by_session_refuses_what_was_sent_without_the_token(strict: Client, size: Size) -> None:
    calls = [path for path in every_route() if path.startswith("/api/v1/") and _knows_sessions(path)]
    through = [
        f"{method} {path}: {answer.status_code}"
        for path in calls
        for method in UNSAFE
        if not _is_refused_call(answer := getattr(strict, method)(path, "{}", "application/json"))
    ]
    size.note(f"{len(calls) * len(UNSAFE)} requests to {len(calls)} calls")
    assert through == []
    strangers = [path for path in every_route() if path.startswith("/api/v1/") and path not in calls]
    assert set(strangers) == FOR_STRANGERS


def _knows_sessions(path: str) -> bool:
    return bool(getattr(resolve(path).func, "cls", None).authentication_classes)


def _is_refused_call(answer: Any) -> bool:
    return answer.status_code == 403 and "CSRF" in answer.json()["detail"]


SOUND = {"Origin": f"https://{OURS}", "Referer": f"https://{OURS}/"}


@pytest.mark.parametrize(
    ("headers", "is_let"),
    [
        (SOUND, True),
        ({"Referer": f"https://{OURS}/"}, True),
        ({**SOUND, "Origin": "https://evil.example"}, False),
        ({**SOUND, "Origin": f"http://{OURS}"}, False),
        ({**SOUND, "Origin": f"https://{OURS}:444"}, False),
        ({**SOUND, "Origin": f"https://{OURS}.evil.example"}, False),
        ({**SOUND, "Origin": "null"}, False),
        ({"Referer": "https://evil.example/"}, False),
        ({"Referer": f"http://{OURS}/"}, False),
        ({"Referer": f"https://{OURS}@evil.example/"}, False),
        ({}, False),
    ],
)
def test_a_token_from_another_origin_is_worth_nothing(
    strict: Client, headers: dict[str, str], is_let: bool
) -> None:
    sent = headers | {"X-CSRFToken": token(strict)}
    call = strict.post("/api/v1/checks/next/", "{}", "application/json", headers=sent, secure=True)
    assert (call.status_code != 403) == is_let, call.content
    page = strict.post("/sign-out/", headers=sent, secure=True)
    assert (page.status_code == 302) == is_let
    assert is_let or FORM_REFUSED in page.content.decode()


# --- what an answer carries ---

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}
POLICY = {"default-src": "'self'", "frame-ancestors": "'none'", "object-src": "'none'", "base-uri": "'none'"}


EVERYBODYS = ("/public/", "/api/v1/public/")  # the same for all, and may be kept on the way
FOR_STRANGERS = {
    "/api/v1/auth/token/",  # asks for the password itself, whoever calls
    "/api/v1/public/ineligible-units/",  # read by everybody, and only read
    "/api/v1/public/ineligible-units.csv",
}


def lacks(answer: Any, path: str) -> list[str]:
    everybodys = path.startswith(EVERYBODYS) and answer.status_code == 200
    wrong = [
        name
        for name, value in ALWAYS.items()
        if answer.headers.get(name) != value and not (everybodys and name == "Cache-Control")
    ]
    if everybodys and answer.cookies:
        wrong.append("a cookie")
    if not everybodys and "no-store" not in answer.headers.get("Cache-Control", ""):
        wrong.append("Cache-Control")
    policy = dict(
        each.strip().partition(" ")[::2]
        for each in answer.headers.get("Content-Security-Policy", "").split(";")
    )
    wrong += [name for name, value in POLICY.items() if policy.get(name) != value]
    return wrong + [name for name, value in policy.items() if "unsafe" in value or "*" in value]


def test_every_answer_says_how_it_is_to_be_held(people: People, routed: list[Case], size: Size) -> None:
    """Found and not found, let in and not, by page and by call."""
    usernames = ["", "drl", *sorted(people)][: size("people", gate=2, full=99)]
    paths = dict.fromkeys([*every_route(), *(path for each in every_address(1) for path in each.paths)])
    wrong, seen = {}, set()
    for username in usernames:
        client = Client()
        if username:
            client.force_login(people[username], BACKEND)
        for path in paths:
            answer = client.get(path)
            seen.add(answer.status_code)
            if lacking := lacks(answer, path):
                wrong[f"{path} {answer.status_code}"] = lacking
    size.note(f"{len(paths)} addresses")
    assert wrong == {}
    assert seen >= {200, 302, 401, 404, 405}


# --- where a browser is sent ---

AWAY = [
    "//evil.example",
    "///evil.example",
    "////evil.example/..",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http://evil.example/",
    "HtTpS://evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "\x00//evil.example",
    f"//{OURS}@evil.example",
    f"https://{OURS}.evil.example/",
    f"https://{OURS}:pw@evil.example/",
    f"https://evil.example\\@{OURS}/",
    "//evil.example%2f..",
    "//[::1]/",
    "//0x7f.1/",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,hello",
    "vbscript:x",
    "ftp://evil.example/",
    "%2f%2fevil.example",
    "%5c%5cevil.example",
    "//ｅvil.example",
    "/／evil.example",
]


def leaves(location: str) -> bool:
    """As a browser reads an address (WHATWG's URL), and rather too often than not."""
    read = re.sub(r"[\t\n\r]", "", location.strip("".join(map(chr, range(33))))).replace("\\", "/")
    if scheme := re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", read):
        if scheme[0].lower() not in ("http:", "https:"):
            return True
        read = "//" + read[scheme.end() :].lstrip("/")
    if not read.startswith("//"):
        return False
    authority = re.split(r"[/?#]", read.lstrip("/"), maxsplit=1)[0]
    return authority != OURS


def test_the_judge_knows_what_leads_away() -> None:
    inside = ["/cases/", "?q=1", "cases/", f"http://{OURS}/x", "%2f%2fevil.example", "%5c%5cevil.example", ""]
    assert [each for each in inside if leaves(each)] == []
    assert [each for each in AWAY if not leaves(each)] == [
        "%2f%2fevil.example",
        "%5c%5cevil.example",
        "/／evil.example",
    ]


def located(answer: Any) -> list[str]:
    return [value for name, value in answer.headers.items() if name in ("Location", "HX-Redirect", "Refresh")]


def test_signing_in_and_out_leads_to_pages_of_ours(people: People, size: Size) -> None:
    typed = {"username": "drl", "password": PASSWORD}
    led = []
    for to in AWAY:
        client, answers = Client(), []
        answers.append(client.post("/sign-in/", typed | {"next": to}))
        answers.append(client.get("/sign-in/", {"next": to}))  # signed in already
        answers.append(client.post("/password/", {"password": PASSWORD, "next": to}))
        answers.append(client.post("/sign-out/", {"next": to}))
        answers.append(client.post("/sign-in/", typed, query_params={"next": to}))
        answers.append(client.post("/sign-out/", query_params={"next": to}))
        assert [answer.status_code for answer in answers] == [302, 302, 303, 302, 302, 302]
        led += [(to, place) for answer in answers for place in located(answer)]
    size.note(f"{len(AWAY)} addresses elsewhere, {len(led)} times sent on")
    assert [each for each in led if leaves(each[1])] == []


def test_every_page_leads_to_pages_of_ours(people: People, routed: list[Case], size: Size) -> None:
    """Asked to go on to elsewhere, by the form, the address and where it says it came from."""
    tries = AWAY[: size("addresses elsewhere", gate=1, full=99)]
    pages = [path for each in every_address(1) if not each.is_call for path in each.paths]
    pages = [path for path in pages if path != "/sign-out/"]
    client = Client()
    client.force_login(people["drl"], BACKEND)
    led: list[tuple[str, str]] = []
    for to in tries:
        came = {"Referer": to} if to.isprintable() and to.isascii() else {}
        for path in pages:
            for answer in (
                client.post(path, {"next": to}, query_params={"next": to}, headers=came),
                client.get(path, {"next": to}, headers=came),
            ):
                led += [(path, place) for place in located(answer)]
    size.note(f"{len(pages)} pages, {len(led)} times sent on")
    assert [each for each in led if leaves(each[1])] == []
    assert len({path for path, _ in led}) > 10, "hardly anything sent a browser on"


# --- under which name ---

NOT_OURS = ["evil.example", "evil.example:80", f"{OURS}.evil.example", f"{OURS}@evil.example", "[::1", "a b"]


def test_no_address_answers_under_another_name(people: People, size: Size) -> None:
    client, paths = Client(), every_route()
    hosts = NOT_OURS[: size("names", gate=1, full=99)]
    answered = [
        (path, answer.status_code)
        for path in paths
        for host in hosts
        if (answer := client.get(path, headers={"Host": host})).status_code != 400 or lacks(answer, path)
    ]
    size.note(f"{len(paths)} addresses")
    assert answered == []


@pytest.mark.parametrize("host", NOT_OURS)
def test_a_name_that_is_not_ours_is_400(host: str) -> None:
    assert Client().get("/sign-in/", headers={"Host": host}).status_code == 400


def test_what_a_proxy_says_of_the_name_is_not_believed(people: People) -> None:
    client = Client(headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    client.force_login(people["drl"], BACKEND)
    for path in ("/", "/cases/", "/api/v1/cases/", "/sign-in/"):
        answer = client.get(path)
        assert "evil.example" not in answer.content.decode() + str(answer.headers), path


def test_links_in_mail_have_our_public_name_whoever_asked_under_which(
    people: People, routed: list[Case], settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PUBLIC_URL = "https://probity.example.org"
    client, case = Client(headers={"Host": "localhost:8000"}), routed[1]
    client.force_login(people["drl"], BACKEND)
    act = reverse("case-act", args=[case.pk, "suspend"])
    typed = {"reason": "A report.", "version": f'"{case.version}"'}
    assert client.post(act, typed).status_code == 303
    assert Case.objects.get(pk=case.pk).status == "suspended"
    mail.tell_suspended(str(case.pk))
    links = [link for message in post.outbox for link in re.findall(r"\w+://\S+", message.body)]
    assert links
    assert [link for link in links if not link.startswith("https://probity.example.org/")] == []


# --- the log ---

FORGED = '/x\r\n{"level":"error"}\u2028error forged \x1b[2J'


@pytest.fixture(params=[logs.JsonLines, logs.PlainLines])
def lines(request: Any) -> Iterator[io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(request.param())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_nothing_a_request_says_makes_a_line_of_its_own(db: Any, lines: io.StringIO) -> None:
    answer = Client().get("/", headers={"X-Request-Id": FORGED[1:]})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-Id"])
    Client().get(FORGED)
    Client(enforce_csrf_checks=True).post(FORGED)
    Client().get("/", headers={"Host": FORGED})
    written = lines.getvalue()
    assert written.count("forged") >= 2
    assert all(char.isprintable() for line in written.split("\n") for char in line if line)
    assert not any(line.lstrip().startswith(("error forged", '{"level"')) for line in written.split("\n"))


@pytest.mark.parametrize("sent", ["short", "x" * 65, "with space", "uml\xe4ut-id", "a" * 8 + "\n", "../etc/"])
def test_a_request_id_that_is_not_plain_is_not_taken_up(sent: str) -> None:
    assert Client().get("/healthz", headers={"X-Request-Id": sent}).headers["X-Request-Id"] != sent


# --- how it is set up ---


def test_a_system_in_production_has_nothing_that_deploying_warns_of() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment |= {
        "HTTPS": "1",
        "DEMO": "0",
        "DEBUG": "0",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "ALLOWED_HOSTS": "probity.example.org",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_what_is_silenced_is_decided() -> None:
    assert set(house.SILENCED_SYSTEM_CHECKS) == {"guardian.W001", "security.W008", "security.W021"}
    assert json.dumps(house.CONTENT_SECURITY_POLICY).count("unsafe") == 0
