"""Who stands above whom, and what became what, is changed by one transaction at a time: of two that are each
sound alone, both together could put a unit above itself."""

from __future__ import annotations

from django.db import connection

STRUCTURE = 1_301_071  # any number that no other lock of the application has


def hold_structure() -> None:
    """Held to the end of the transaction. Nobody who waits for it holds a subject or a case locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STRUCTURE])
