"""What only the server as it is run can show: several processes, HTTPS in front, bodies that do not end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import global_settings

from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.doors import tries
from foundation.doors.parsers import MOST_BYTES
from tests.support.sizes import Size
from tests.support.web import Web

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"
HTTPS = {"X_Forwarded_Proto": "https"}
TOKEN = "/api/v1/auth/token/"
MB = 1024 * 1024
CHUNK = f"{MB:x}\r\n".encode() + b"a" * MB + b"\r\n"


@pytest.fixture(scope="module")
def web(django_db_setup: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Behind a proxy that speaks HTTPS."""
    server = Web(tmp_path_factory.mktemp("web") / "log", HTTPS="1")
    yield server
    server.stop()


@pytest.fixture
def ann(settings: Any) -> User:
    """With her password as the server keeps it: tests otherwise keep theirs in a quicker way."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    return User.objects.create_user("ann", password=PASSWORD)


def guess(web: Web, password: str = "wrong") -> int:
    said = json.dumps({"username": "ann", "password": password}).encode()
    return web.send("POST", TOKEN, said, Content_Type="application/json").status


def test_many_guesses_at_once_are_ten(web: Web, ann: User, size: Size) -> None:
    """In two processes of four threads; a password is looked at only after the try was counted."""
    at_once = size("guesses at once", gate=40, full=400)
    with ThreadPoolExecutor(min(at_once, 100)) as strangers:
        answers = Counter(strangers.map(lambda _: guess(web), range(at_once)))
    assert answers == {401: tries.MOST_OF_BOTH, 429: at_once - tries.MOST_OF_BOTH}
    assert Event.objects.filter(action="accounts.sign-in-refused").count() == tries.MOST_OF_BOTH
    assert guess(web, PASSWORD) == 429


def test_over_https_cookies_are_closed_and_browsers_come_back_by_https(web: Web, ann: User) -> None:
    page = web.send("GET", "/sign-in/", **HTTPS)
    [form] = page.all("set-cookie")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(form.split("; "))
    hidden = page.body.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    typed = f"username=ann&password={PASSWORD.replace(' ', '+')}&csrfmiddlewaretoken={hidden}"
    sent = {
        "Cookie": form.partition(";")[0],
        "Referer": f"https://127.0.0.1:{web.port}/sign-in/",
        "Content_Type": "application/x-www-form-urlencoded",
    }
    answer = web.send("POST", "/sign-in/", typed.encode(), **HTTPS, **sent)
    assert answer.status == 302
    [session] = [each for each in answer.all("set-cookie") if each.startswith("sessionid=")]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(session.split("; "))
    for path in ("/sign-in/", "/nowhere/", "/api/v1/me/", "/healthz"):
        assert web.send("GET", path, **HTTPS).all("strict-transport-security") == [
            "max-age=31536000; includeSubDomains"
        ]


def test_a_body_beyond_all_bounds_is_refused_unread(web: Web, ann: User, size: Size) -> None:
    """By JSON, form and file, with a length and without, for anybody; and the memory stays as it was."""
    most = size("MB sent", gate=64, full=512)
    web.send("GET", "/sign-in/")
    before = web.memory()
    seen = {}
    for path in (TOKEN, "/sign-in/", "/api/v1/nominations/import/"):
        for kind in (
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
        ):
            for length in (f"Content-Length: {most * MB}", "Transfer-Encoding: chunked"):
                head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n{length}\r\n\r\n"
                seen[path, kind, length[:1]] = web.pour(
                    head.encode(), CHUNK if length[0] == "T" else b"a" * MB, most // 8
                )
    assert {status for (_, _, how), status in seen.items() if how == "C"} == {413}, seen
    assert {status for (_, _, how), status in seen.items() if how == "T"} <= {400, 401, 403, 413, 415}, seen
    grown = (web.memory() - before) / MB
    size.note(f"{len(seen)} bodies, {grown:.0f} MB more memory")
    assert grown < most
    assert web.send("GET", "/healthz").status == 200


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        (TOKEN, "application/json", b'{"a": "' + b"x" * MOST_BYTES + b'"}', 413),
        ("/sign-in/", "application/x-www-form-urlencoded", b"username=" + b"x" * 4 * MB, 400),
    ],
    ids=["call", "page"],
)
def test_a_body_a_little_too_large_is_refused(
    web: Web, path: str, kind: str, body: bytes, status: int
) -> None:
    """One that is let in, and that a view or a form does not take."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    )
    head += f"Cookie: csrftoken={'a' * 32}\r\n\r\n"  # without it a form is refused before it is read
    assert web.pour(head.encode(), body, 1) == status


@pytest.mark.parametrize(
    "head",
    [
        "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "".join(f"X-{n}: 1\r\n" for n in range(5_000)),
        "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + "a" * 1_000_000,
        "GET /" + "a" * 1_000_000 + " HTTP/1.1\r\nHost: 127.0.0.1",
        "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + "a=1; " * 10_000,
        "POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
        "POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5",
        "GET /healthz HTTP/1.1\r\nHost: evil.example",
        "GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example",
        "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example",
    ],
    ids="fields header line cookies two-lengths negative host whole-address two-hosts".split(),
)
def test_a_head_that_is_none_is_refused(web: Web, head: str) -> None:
    assert web.pour(head.encode() + b"\r\n\r\n", b"", 0) in (400, 413, 414, 431)


def test_every_line_of_the_log_is_ours(web: Web) -> None:
    web.send("GET", "/x%0d%0a%7b%22level%22:%22error%22,%22message%22:%22forged%22%7d")
    web.send("GET", "/healthz", X_Request_Id='a"}{"message":"forged')
    lines = [line for line in web.log.read_text().splitlines() if line.startswith("{")]
    said = [json.loads(line) for line in lines]
    assert any("forged" in each.get("path", "") for each in said)
    assert not any("forged" in each["message"] for each in said)
