"""The state folder: room on its disk, and nobody else in it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from config.doctor.findings import Finding, named, warning, well, wrong

LITTLE, TOO_LITTLE = 1 << 30, 200 << 20  # bytes
OTHERS = 0o077
WRITERS = 0o022


def room() -> Iterator[Finding]:
    for what, path in (
        ("room for the state", settings.STATE),
        ("room for the seals", Path(settings.SEALS).parent),
    ):
        if not path.exists():
            continue
        free = shutil.disk_usage(path).free
        said, todo = f"{free / (1 << 30):.1f} GB free at {path}", "Make room: a full disk stops everything."
        if free < TOO_LITTLE:
            yield wrong(what, said, todo)
        elif free < LITTLE:
            yield warning(what, said, todo)
        else:
            yield well(what, said)


def state() -> Iterator[Finding]:
    path = settings.STATE
    if not path.exists():
        yield warning("state folder", f"{path} is not there", "Set PROBITY_STATE, or start it once.")
    elif _mode(path) & WRITERS:
        yield wrong("state folder", f"others may write in {path}", f"chmod go-w {path}")
    elif not os.access(path, os.W_OK | os.X_OK):
        todo = "Give it to the user who runs this, or set PROBITY_STATE."
        yield wrong("state folder", f"we may not write in {path}", todo)
    else:
        yield well("state folder", f"{path}, ours to write")


def secrets() -> Iterator[Finding]:
    """Passwords and mail: nobody else's to read."""
    open_ = [
        path
        for folder in ("secrets", "mail", "seals")
        for path in (settings.STATE / folder, *_inside(settings.STATE / folder))
        if path.exists() and not _is_behind(path) and _mode(path) & OTHERS
    ]
    if open_:
        yield wrong("secrets", f"others may read {named(open_, 3)}", f"chmod -R go= {named(open_, 3)}")
    else:
        yield well("secrets", "nobody else may read them")


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK) else []


def _is_behind(path: Path) -> bool:
    """In a folder that lets nobody else in: then its own mode does not matter."""
    return path.parent != settings.STATE and not _mode(path.parent) & OTHERS


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


CHECKS = (room, state, secrets)
