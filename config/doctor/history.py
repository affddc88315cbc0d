"""The record's end against its seals: a quick look. `audit_verify` looks at all of it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.doctor.findings import Finding, named, unseen, warning, well, wrong
from config.doctor.sql import column, rows, value
from foundation.audit import merkle, seal_file
from foundation.audit.models import Seal, SealedHead
from foundation.audit.seal import EVERY_SECONDS

VERIFY = "Run audit_verify: it names the first thing that is wrong. Do not run audit_seal --new-file before."
LATE, TOO_LATE = 4 * EVERY_SECONDS, 20 * EVERY_SECONDS
MOST = 20_000  # chains in a quick look
# Chains that moved since they were last sealed, and those of the last seal: their heads against their events.
TAILS = f"""
select head.chain from (
    (select chain, seq, hash from audit_head where not sealed limit {MOST})
    union select chain, seq, hash from audit_sealedhead where seal_id = (select max(no) from audit_seal)) head
left join audit_event event on event.chain = head.chain and event.seq = head.seq
where event.hash is distinct from head.hash order by 1 limit 100"""
BEYOND = f"""
select head.chain from (select chain, seq from audit_head where not sealed limit {MOST}) head
where exists (select from audit_event event where event.chain = head.chain and event.seq > head.seq)"""
UNSEALED_SINCE = f"""
select count(*), min(event.at) from (select chain, seq from audit_head where not sealed limit {MOST}) head
join audit_event event on event.chain = head.chain and event.seq = head.seq
where not exists (select from audit_sealedhead kept where kept.chain = head.chain and kept.seq = head.seq)"""


def seals() -> Iterator[Finding]:
    """The last seal: its line in the file, its root from its heads, the line before it."""
    last = Seal.objects.order_by("-no").first()
    if last is None and not seal_file.size():
        yield well("seals", "none yet")
        return
    before = Seal.objects.filter(no=last.no - 1).first() if last else None
    lines = _last_lines()
    wanted = [seal_file.line_of(each) for each in (before, last) if each]
    heads = [] if last is None else list(
        SealedHead.objects.filter(seal=last).order_by("chain").values_list("chain", "seq", "hash")
    )  # fmt: skip
    if last is None:
        yield wrong("seals", "the file has seals, the database none", VERIFY)
    elif not lines:
        todo = f"{VERIFY} SEALS is {settings.SEALS}: where is the file?"
        yield wrong("seals", f"the database has {last.no} seals, and their file is gone or empty", todo)
    elif lines[-len(wanted) :] != wanted and lines[-1:] != wanted[:-1]:
        yield wrong("seals", "the file's end is not the database's last seal", VERIFY)
    elif len(heads) != last.heads or merkle.root(heads) != last.root:
        yield wrong("seals", f"the heads of seal {last.no} do not give its root", VERIFY)
    else:
        yield well("seals", f"the file ends with seal {last.no}, and so does the database")


def _last_lines() -> list[bytes]:
    path = Path(settings.SEALS)
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, seal_file.size() - 4 * seal_file.LONGEST_LINE))
        return [line + b"\n" for line in file.read().split(b"\n") if line]


def tails() -> Iterator[Finding]:
    bad = sorted({*column(TAILS), *column(BEYOND)})
    if bad:
        said = f"the end of {len(bad)} chains is not what its head or its seal remembers: {named(bad, 4)}"
        yield wrong("ends of chains", said, VERIFY)
    else:
        checked = value("select count(*) from audit_head where not sealed")
        yield well(
            "ends of chains", f"{checked} that moved since, and those of the last seal, are as remembered"
        )


def lag() -> Iterator[Finding]:
    [(waiting, since)] = rows(UNSEALED_SINCE)
    seconds = (timezone.now() - since).total_seconds() if since else 0
    said = f"{waiting} chains wait to be sealed, one of them for {seconds:.0f} s"
    todo = (
        "Does a worker run, and can it write SEALS? Its log says; audit_seal does it by hand, and says too."
    )
    if seconds > TOO_LATE:
        yield wrong("sealing", said, todo)
    elif seconds > LATE:
        yield warning("sealing", said, todo)
    else:
        yield well("sealing", said if waiting else "nothing waits")


def guarded() -> Iterator[Finding]:
    """Nobody but us should write the file, the database's own user least of all: it proves the database."""
    path = Path(settings.SEALS)
    if not path.exists():
        yield well("seal file", "not begun")
        return
    mode, found = stat.S_IMODE(path.stat().st_mode), []
    if mode & 0o022 or stat.S_IMODE(path.parent.stat().st_mode) & 0o002:
        todo = f"chmod 600 {path}; chmod 700 {path.parent}"
        found.append(wrong("seal file", "others may write it: it proves nothing", todo))
    elif mode & 0o044:
        found.append(warning("seal file", "others may read it", f"chmod 600 {path}"))
    if finding := _of_the_database(path):
        found.append(finding)
    yield from found or [well("seal file", "only we may read and write it")]


def _of_the_database(path: Path) -> Finding | None:
    """Where the database is on this machine, its socket says whose it is."""
    host = str(connection.settings_dict["HOST"])
    if not host.startswith("/"):
        return None
    try:
        user = Path(host, f".s.PGSQL.{connection.settings_dict['PORT'] or 5432}").stat().st_uid
    except OSError:
        return unseen("seal file", "whether the database's user may write it: its socket is not to be seen")
    if user != path.stat().st_uid or settings.DEMO:
        return None
    todo = "Let the database run as another user, or set SEALS to a disk that its user cannot write to."
    return warning("seal file", "the database runs as the user who owns it, and could make both anew", todo)


CHECKS = (seals, tails, lag, guarded)
