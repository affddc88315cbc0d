"""What is tried again, what is not, and what a request that cannot be repeated looks like."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory
from rest_framework.request import Request

from config import logs
from foundation.doors.idempotency import fingerprint
from foundation.doors.parsers import MOST_UPLOAD, Upload
from foundation.doors.problems import TooLarge
from foundation.doors.transact import DEADLOCK, LOCK_TIMEOUT, NOT_SERIALIZABLE, is_away, transact

pytestmark = pytest.mark.django_db(transaction=True)


def broken(code: str) -> OperationalError:
    error = OperationalError(code)
    error.__cause__ = type("FromPostgres", (Exception,), {"pgcode": code})()
    return error


def failing(times: int, code: str) -> tuple[Any, list[bool]]:
    calls: list[bool] = []

    def once() -> str:
        calls.append(connection.in_atomic_block)
        if len(calls) <= times:
            raise broken(code)
        return "done"

    return once, calls


@pytest.mark.parametrize("code", [DEADLOCK, NOT_SERIALIZABLE])
def test_what_only_met_another_is_tried_again_in_a_transaction_of_its_own(code: str) -> None:
    once, calls = failing(2, code)
    assert transact(once) == "done"
    assert calls == [True, True, True]


@pytest.mark.parametrize(
    ("times", "code", "tries"), [(3, DEADLOCK, 3), (1, LOCK_TIMEOUT, 1), (1, "53300", 1)]
)
def test_what_trying_again_does_not_mend_is_let_through(times: int, code: str, tries: int) -> None:
    once, calls = failing(times, code)
    with pytest.raises(OperationalError) as error:
        transact(once)
    assert is_away(error.value)
    assert len(calls) == tries


# --- uploads ---


def upload(boundary: str, file: bytes, *, length: str = "") -> Request:
    part = b"--%s\r\nContent-Disposition: form-data; name=" % boundary.encode()
    body = part + b'"country"\r\n\r\nXA\r\n' + part + b'"file"; filename="a.csv"\r\n\r\n' + file
    body += b"\r\n--%s--\r\n" % boundary.encode()
    plain = RequestFactory().generic("POST", "/", body, f"multipart/form-data; boundary={boundary}")
    if length:
        plain.META["CONTENT_LENGTH"] = length
    return Request(plain, parsers=[Upload()])


def test_the_same_upload_is_the_same_whatever_stands_between_its_parts() -> None:
    prints = [fingerprint(request, request.data) for request in (upload("aaa", b"1"), upload("bbb", b"1"))]
    another = upload("aaa", b"2")
    assert prints[0] == prints[1] != fingerprint(another, another.data)
    assert upload("aaa", b"1").data["file"].read() == b"1"


def test_an_upload_that_is_too_large_is_not_even_read() -> None:
    with pytest.raises(TooLarge):
        upload("aaa", b"1", length=str(MOST_UPLOAD + 1)).data  # noqa: B018


# --- the log ---


def test_a_log_line_says_where_and_not_what() -> None:
    try:
        raise ValueError("Key (name)=(a secret) already exists")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it broke", (), sys.exc_info())
    for form in (logs.JsonLines(), logs.PlainLines()):
        line = form.format(record)
        assert "secret" not in line
        assert "ValueError at " in line
        assert "it broke" in line
