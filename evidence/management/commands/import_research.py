from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from evidence.research.plan import FilePlan, Item, Plan, plan
from evidence.research.reading import FILES, CannotRead, Wrong
from evidence.research.write import write
from units.locks import hold_structure

SHOWN = 20  # changed rows, and wrong ones, shown without --json
WIDTH = 30  # of the bar, in signs


class Command(BaseCommand):
    help = (
        f"Import published research from a folder: {', '.join(FILES)}. Read again, it updates and never"
        " doubles. Rows that cannot go in are said by line and column; all others go in, in one transaction."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the six files are")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument("--json", action="store_true", help="say it as JSON, whole")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        bar = Bar(sys.stderr)
        try:
            found = self.go(options["folder"], bar, dry_run=options["dry_run"])
        except CannotRead as wrong:
            raise CommandError(f"{wrong} Nothing was imported.") from wrong
        bar.end()
        said = told(found, dry_run=options["dry_run"], seconds=time.monotonic() - started)
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(in_words(said))

    @transaction.atomic
    def go(self, folder: Path, bar: Bar, *, dry_run: bool) -> Plan:
        if not dry_run:
            hold_structure()  # what is compared here stands still until it is written
        found = plan(folder, bar.show)
        if not dry_run:
            write(found, bar.show)
        return found


class Bar:
    """How far it is, on a terminal; where nobody looks on, nothing."""

    def __init__(self, out: Any) -> None:
        self.out = out if out.isatty() else None
        self.last = 0.0

    def show(self, words: str, done: int, total: int) -> None:
        now = time.monotonic()
        if self.out and (done == total or now - self.last > 0.1):
            self.last = now
            full = WIDTH * done // max(total, 1)
            self.out.write(f"\r\x1b[K{'█' * full}{'░' * (WIDTH - full)} {words}, {done} of {total}")
            self.out.flush()

    def end(self) -> None:
        if self.out:
            self.out.write("\r\x1b[K")


# --- what is said of it ---


def told(found: Plan, *, dry_run: bool, seconds: float) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "seconds": round(seconds, 1),
        "files": {file: _counts(each) for file, each in found.files.items()},
        "changes": [_change(file, each) for file, of in found.files.items() for each in of.changed],
        "kept": [_change(file, each) for file, of in found.files.items() for each in of.kept],
        "errors": [_wrong(each) for of in found.files.values() for each in of.wrong],
    }


def _counts(of: FilePlan) -> dict[str, int]:
    return {
        "rows": of.rows,
        "new": len(of.new),
        "changed": len(of.changed),
        "unchanged": of.unchanged,
        "kept": len(of.kept),
        "refused": of.refused,
        "absent": of.absent,
    }


def _change(file: str, item: Item) -> dict[str, Any]:
    return {"file": file, "line": item.line, "key": item.key, "fields": item.differences()}


def _wrong(wrong: Wrong) -> dict[str, Any]:
    return {
        "file": wrong.file,
        "line": wrong.line,
        "column": wrong.column,
        "detail": wrong.detail,
        "row": "goes in without it" if wrong.left_out else "does not go in",
    }


def in_words(said: dict[str, Any]) -> str:
    lines = ["A rehearsal: nothing was changed." if said["dry_run"] else "Imported."]
    for file, counts in said["files"].items():
        numbers = ", ".join(
            f"{number:,} {word}" for word, number in counts.items() if number or word == "rows"
        )
        lines.append(f"  {file}: {numbers}")
    lines += _some("Changed", said["changes"], _change_in_words)
    lines += _some(
        "Changed in the file, but corrected here since: left as it is", said["kept"], _change_in_words
    )
    lines += _some("What is wrong", said["errors"], _wrong_in_words)
    return "\n".join([*lines, f"{said['seconds']} s"])


def _some(heading: str, rows: list[dict[str, Any]], words: Any) -> list[str]:
    if not rows:
        return []
    more = [f"  … and {len(rows) - SHOWN:,} more: --json has them all"] if len(rows) > SHOWN else []
    return [f"{heading} ({len(rows):,}):", *(f"  {words(row)}" for row in rows[:SHOWN]), *more]


def _change_in_words(row: dict[str, Any]) -> str:
    fields = "; ".join(f"{name}: {_short(was)} → {_short(now)}" for name, (was, now) in row["fields"].items())
    return f"{row['file']}, line {row['line']}: {fields}"


def _wrong_in_words(row: dict[str, Any]) -> str:
    where = f", {row['column']}" if row["column"] else ""
    return f"{row['file']}, line {row['line']}{where}: {row['detail']} The row {row['row']}."


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"
