"""Which version of a thing was read: ETag out, If-Match in. RFC 9110 §8.8, §13.1."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

from foundation.refused import Stale, Unconditional

STRONG = re.compile(r'"[\x21\x23-\x7e]*"')
MISSING = "Send If-Match with the ETag that you read, so that nobody's change is overwritten."
CHANGED = "This has changed since you read it. Read it again, and decide on what stands there now."


class StaleRead(Stale):
    """Stale, with the tag that stands now."""

    def __init__(self, etag: str) -> None:
        super().__init__(CHANGED)
        self.etag = etag


def etag_of(thing: Any, user: Any = None) -> str | None:
    """A strong tag: the thing's own for this reader, else its own for all, else its version counter."""
    if hasattr(thing, "etag_for"):
        return str(thing.etag_for(user))
    if hasattr(thing, "etag"):
        return str(thing.etag)
    return f'"{thing.version}"' if hasattr(thing, "version") else None


def if_match(request: Request | HttpRequest) -> str:
    """The If-Match header as sent. Raises Unconditional where there is none."""
    sent = request.headers.get("If-Match", "").strip()
    if not sent:
        raise Unconditional(MISSING)
    return sent


def check_current(read: str, thing: Any, user: Any) -> None:
    """`*`, weak and malformed tags match nothing. Raises StaleRead."""
    now = etag_of(thing, user) or ""
    if not STRONG.fullmatch(read) or read != now:
        raise StaleRead(now)


def opaque(tag: str) -> str:
    """What stands between the quotation marks; "" where the tag is not a strong one."""
    return tag[1:-1] if STRONG.fullmatch(tag) else ""
