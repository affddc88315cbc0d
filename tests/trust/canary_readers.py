"""Who may read which canary: the demo's people, and a colleague of a section; what they get at an address."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from typing import Any

from tests.trust.crawl import Address, Somebody, text_of

MASKED = ("id", "birth", "birthstate")  # shown by `unmask` alone
# What a nominator's own organisation is told of what it gave.
GIVEN_BACK = (
    "name", "alias", "rank", "job", "unit", "english", "location", "parent", "commander", "nocommander",
    "unknown", "question", "event", "place", "ref", "purpose", "program",
)  # fmt: skip
OF_JOBS = {"jobresult", "joberror", "jobfile"}  # the bureau's
OF_FILES = {"ownfile", "ownrow"}  # the nominator's
KEPT = {"basis", "unitbasis"}  # of a clear by one person: for `explain`, on no page and in no call
UNSAID = {"screened", "typed", "password"}  # what was searched for, or typed to sign in
SEALED = {"sealednote", "sealedquery", "sealedquerysource", "sealedqueryscript"}

NOMINATORS = {"nominator": "own", "nominator2": "other"}
HERE = ("coordinator", "section", "colleague")
THERE = ("section2", "drl2", "approver2")
PROTECTED = ("drl", "legal", "approver")  # of those here, or everywhere
EVERYWHERE = ("drl", "desk", "legal", "approver", "remediation", "cspa", "publication", "auditor")
READERS = (*NOMINATORS, *HERE, *THERE, *EVERYWHERE, "admin")
# A short run asks as these.
FEW = ("nominator", "nominator2", "colleague", "section2", "admin")


def may_read(username: str, field: str) -> bool:
    if field.startswith("ev"):  # who sources and victims are, and what they say
        return username in PROTECTED
    if field.startswith("shut"):  # in a compartment that legal alone reads
        return username == "legal"
    if username in NOMINATORS:
        whose = NOMINATORS[username]
        given = field.startswith(whose) and field.removeprefix(whose) in GIVEN_BACK
        return given or (field in OF_FILES and whose == "own")
    if field in OF_JOBS:
        return username == "drl"
    if field in UNSAID | KEPT | OF_FILES or is_masked(field) or username == "admin":
        return False
    if field.startswith("other"):
        return username in (*THERE, *EVERYWHERE)
    return username in EVERYWHERE or (username in HERE and not (username == "colleague" and field in SEALED))


def is_masked(field: str) -> bool:
    return field in {f"{whose}{name}" for whose in ("own", "other") for name in MASKED}


def answers(reader: Somebody, address: Address) -> Iterable[str]:
    """To reading each thing there, and to sending nothing to the first."""
    for path in address.paths:
        yield whole(reader.get(path))
    for path in address.paths[:1]:
        yield whole(reader.post(path))
        if not reader.is_signed_in():  # that was the way out
            reader.signs_in()


def whole(response: Any) -> str:
    """Headers, cookies opened, and the body."""
    cookies = [unsealed(each.value) for each in response.cookies.values()]
    return f"{response.headers}\n{cookies}\n{text_of(response)}"


def unsealed(value: str) -> str:
    """What stands in a signed value: as it is, or base64, or compressed before."""
    packed = value.partition(":")[0]
    raw = base64.urlsafe_b64decode(packed.strip(".") + "===") if packed.isascii() else b""
    if packed.startswith("."):
        raw = zlib.decompress(raw)
    return f"{value} {raw.decode(errors='replace')}"


def words_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
