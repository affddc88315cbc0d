"""How often a password may be tried. Counted in the database: once for all processes, and over restarts.

A try is counted before the password is looked at, so that many at once are no more than one after another.
Three counts stand against each: of the name from this address, of the name from anywhere, of the address
for any name. Whether the name is anybody's makes no difference.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

WITHIN = 300  # seconds from the first try of a count until it begins anew
MOST_OF_BOTH, MOST_OF_NAME, MOST_OF_ADDRESS = 10, 50, 100  # tries that count, in that time

# A full count takes no more, and then no row comes back.
COUNT = """
INSERT INTO doors_tries AS counted (key, count, since) VALUES (%(key)s, 1, now())
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN counted.since <= now() - %(within)s::interval THEN 1 ELSE counted.count + 1 END,
  since = CASE WHEN counted.since <= now() - %(within)s::interval THEN now() ELSE counted.since END
WHERE counted.since <= now() - %(within)s::interval OR counted.count < %(most)s
RETURNING count"""
TAKE_BACK = "UPDATE doors_tries SET count = count - 1 WHERE key = %s AND count > 0"


class Full(Exception):
    """No more tries for now."""


class Counter(NamedTuple):
    key: str  # a digest: what is typed for a name may be a password
    most: int


def counters(request: HttpRequest, username: str) -> list[Counter]:
    """In the order in which everybody locks their rows."""
    address = address_of(request)
    return [
        Counter(_digest("both", f"{username}\n{address}"), MOST_OF_BOTH),
        Counter(_digest("name", username), MOST_OF_NAME),
        Counter(_digest("address", address), MOST_OF_ADDRESS),
    ]


def count(counted: list[Counter]) -> None:
    """One try more, on all of these or, where one is full, on none. Raises Full.

    Committed when this returns: durable, for a count that its caller's rollback takes away counts nothing.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        for each in counted:
            cursor.execute(COUNT, {"key": each.key, "most": each.most, "within": f"{WITHIN} seconds"})
            if cursor.fetchone() is None:
                raise Full


def take_back(counted: list[Counter]) -> None:
    """The password was right: this try was no guess. Those before it stay."""
    with transaction.atomic(), connection.cursor() as cursor:
        for each in counted:
            cursor.execute(TAKE_BACK, [each.key])


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; of an IPv6 address the network, which is one customer's whole.

    Behind proxies (PROXIES of them) it is what the outermost of ours wrote; what stands before that in the
    header, anybody may have sent.
    """
    said = str(request.META.get("REMOTE_ADDR", ""))
    if settings.PROXIES:
        passed = list(_passed(request))
        said = passed[-settings.PROXIES] if len(passed) >= settings.PROXIES else said
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return said
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))


def _passed(request: HttpRequest) -> Iterator[str]:
    return (each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip())


def _digest(kind: str, value: str) -> str:
    return salted_hmac(f"doors.tries.{kind}", value, algorithm="sha256").hexdigest()
