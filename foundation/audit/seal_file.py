"""The seals' lines outside the database: one JSON object a line, each holding the hash of the line before.

    {"at":"2027-01-31T09:00:00.000000Z","heads":12,"no":7,"prev":"<sha256 of line 6>","root":"<merkle root>"}

A line is made from its row in the database and from nothing else, so one that a crash cut short can be
finished. Nothing here ever shortens the file: it may lie where bytes can only be added.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from foundation.audit.canonical import canonical
from foundation.audit.chains import GENESIS
from foundation.audit.models import Seal
from foundation.killpoints import reach

LONGEST_LINE = 4096  # bytes; one has about 250
MISSING_AFTER_A_CRASH = 1  # lines: a seal is only made once the line of the one before it is in the file


class SealsDisagree(Exception):
    """The seal file and the database tell different stories. Nothing is sealed until a person has looked."""


@dataclass(frozen=True)
class End:
    """How the file ends: the number and hash of the last whole line, and what a crash left after it."""

    no: int
    hash: str
    torn: bytes


def line_of(seal: Seal) -> bytes:
    at = seal.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    fields = {"no": seal.no, "at": at, "root": seal.root, "prev": seal.prev, "heads": seal.heads}
    return canonical(fields) + b"\n"


def hash_of(line: bytes) -> str:
    return sha256(line.removesuffix(b"\n")).hexdigest()


def size() -> int:
    path = Path(settings.SEALS)
    return path.stat().st_size if path.exists() else 0


def lines(until: int) -> Iterator[bytes]:
    """The lines that begin before this byte, as they stand; the last one is perhaps torn."""
    if until:
        with Path(settings.SEALS).open("rb") as file:
            while file.tell() < until and (line := file.readline()):
                yield line


def catch_up() -> End:
    """Append the line that the database has and the file has not, and say how the file ends.

    Raises SealsDisagree where more is missing than a crash explains, or where the file has what the database
    has not; OSError where the file cannot be written.
    """
    with _locked() as file:
        end = _end(file)
        seals = list(Seal.objects.filter(no__gt=end.no).order_by("no")[: MISSING_AFTER_A_CRASH + 1])
        if len(seals) > MISSING_AFTER_A_CRASH:
            raise SealsDisagree(
                f"{settings.SEALS} ends with seal {end.no}, and the database has more than one after it: "
                "the file was cut or replaced. Run audit_verify, then audit_seal --new-file."
            )
        return _write(file, end, seals)


def write_anew() -> None:
    """Set the file aside, named after the last seal's time; write every line from the database."""
    with _locked() as file:
        if file.seek(0, os.SEEK_END):
            path = Path(settings.SEALS)
            path.rename(_free_name(path))
            reach("seal.file-set-aside")
    with _locked() as file:
        _write(file, End(0, GENESIS, b""), Seal.objects.order_by("no").iterator())


# --- the bytes ---


@contextmanager
def _locked() -> Iterator[BinaryIO]:
    """The file, open to read and append, for one sealer at a time."""
    path = Path(settings.SEALS)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)  # nobody else's to read, and least of all to write
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _keep_name(path.parent)
        yield file


def _keep_name(folder: Path) -> None:
    """A new file's bytes are safe only when its name is, and that stands in the folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _end(file: BinaryIO) -> End:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2 * LONGEST_LINE))
    *whole, torn = file.read().split(b"\n")
    if not whole:
        return End(0, GENESIS, torn)
    try:
        return End(json.loads(whole[-1])["no"], hash_of(whole[-1]), torn)
    except (ValueError, KeyError, TypeError):
        raise SealsDisagree(f"The last line of {settings.SEALS} is not a seal. Run audit_verify.") from None


def _write(file: BinaryIO, end: End, seals: list[Seal] | Iterator[Seal]) -> End:
    for seal in seals:
        line = line_of(seal)
        if seal.prev != end.hash or not line.startswith(end.torn):
            raise SealsDisagree(f"Seal {seal.no} does not follow {settings.SEALS}'s end. Run audit_verify.")
        file.write(line[len(end.torn) :])
        end = End(seal.no, hash_of(line), b"")
    file.flush()
    os.fsync(file.fileno())
    return _checked(end)


def _checked(end: End) -> End:
    last = Seal.objects.order_by("-no").values_list("no", flat=True).first() or 0
    if end.torn or end.no != last:
        raise SealsDisagree(
            f"{settings.SEALS} ends with seal {end.no}, the database with seal {last}: rows are gone, or "
            "another database was restored. Run audit_verify, then audit_seal --new-file."
        )
    return end


def _free_name(path: Path) -> Path:
    at = Seal.objects.order_by("-no").values_list("at", flat=True).first()
    stamp = at.strftime("%Y%m%dT%H%M%S%f") if at else "empty"
    for n in range(1, 1000):
        name = path.with_name(f"{path.name}.until-{stamp}-{n}")
        if not name.exists():
            return name
    raise SealsDisagree(f"Too many old seal files beside {path}.")
