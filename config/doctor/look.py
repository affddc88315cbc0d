"""Looking at everything, group by group. What a look itself stumbles over is a finding too."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from django.db import DatabaseError, connection, transaction

from config.doctor import database, files, guards, history, outbox, people, roles, settings
from config.doctor.findings import Check, Finding, unseen, wrong

GROUPS: dict[str, tuple[ModuleType, ...]] = {
    "Database": (database,),
    "Roles and guards": (roles, guards),
    "History": (history,),
    "Outbox and workers": (outbox,),
    "People": (people,),
    "Settings": (settings,),
    "Files": (files,),
}
WITHOUT_DATABASE = (settings, files)


def look() -> Iterator[tuple[str, Finding]]:
    there = _is_there()
    for group, modules in GROUPS.items():
        for module in modules:
            for check in module.CHECKS:
                name = check.__name__.replace("_", " ")
                if there or module in WITHOUT_DATABASE or check is database.reachable:
                    yield from ((group, each) for each in _looked(check, name, there))
                else:
                    yield group, unseen(name, "the database does not answer")


def _is_there() -> bool:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True


def _looked(check: Check, name: str, there: bool) -> list[Finding]:
    try:
        if not there:
            return list(check())
        with transaction.atomic():
            return list(check())
    except Exception as error:
        [line, *_] = str(error).strip().splitlines() or [""]
        said = f"looking failed: {type(error).__name__}: {line}"
        return [wrong(name, said, "It stands in the way of knowing; put it right and look again.")]
