import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cspa.actions import imports
from cspa.actions.imports import Imported
from foundation.refused import Invalid

SHOWN = 40  # differences told one by one


class Command(BaseCommand):
    help = "Record child-soldier listings and waivers from a file of published history, all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a CSV file; its columns: list_year fiscal_year country waiver …")
        parser.add_argument("--dry-run", action="store_true", help="say what it would do, and do nothing")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        began = time.monotonic()
        try:
            done = imports.record(content=content, name=path.name, rehearse=options["dry_run"])
        except Invalid as invalid:
            self._refuse(invalid, as_json=options["json"])
        told = as_json(done, dry_run=options["dry_run"], seconds=time.monotonic() - began)
        self.stdout.write(
            json.dumps(told, ensure_ascii=False, indent=2) if options["json"] else in_words(told)
        )

    def _refuse(self, invalid: Invalid, *, as_json: bool) -> Any:
        problems = [each.as_dict() for each in invalid.problems]
        if as_json:
            self.stdout.write(json.dumps({"errors": problems}, ensure_ascii=False, indent=2))
        else:
            for each in problems:
                where = f"row {each['row']}, {each['column']}: " if "row" in each else ""
                self.stdout.write(where + each["detail"])
        raise CommandError(f"Nothing was recorded: {len(problems)} things are wrong.")


def as_json(done: Imported, *, dry_run: bool, seconds: float) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "rows": done.rows,
        "listings": done.counts("listing"),
        "waivers": done.counts("waiver"),
        "list_years": done.years,
        "changes": [each for each in done.changes if each["what"] != "same"],
        "notes": done.notes,
        "errors": [],
        "seconds": round(seconds, 2),
    }


def in_words(told: dict[str, Any]) -> str:
    done = "would be recorded; nothing was" if told["dry_run"] else "recorded"
    lines = [f"{told['rows']} rows {done}, in {told['seconds']} seconds."]
    for of in ("listings", "waivers"):
        counts = ", ".join(f"{count} {what}" for what, count in sorted(told[of].items()))
        lines.append(f"{of.capitalize()}: {counts or 'none'}.")
    sure = [str(each["list_year"]) for each in told["list_years"] if each["confirmed"]]
    lines.append(f"Confirmed complete: {', '.join(sure) or 'no year'}.")
    lines += [f"  row {each['row']}, {each['column']}: {each['detail']}" for each in told["notes"]]
    lines += [_in_words(each) for each in told["changes"][:SHOWN]]
    if len(told["changes"]) > SHOWN:
        lines.append(f"… and {len(told['changes']) - SHOWN} more; --json tells all.")
    return "\n".join(lines)


def _in_words(change: dict[str, Any]) -> str:
    where = (
        f"  row {change['row']}: {change['country']} {change['list_year']}, {change['of']} {change['what']}"
    )
    if "now" not in change:
        return where
    told = "; ".join(f"{name}: {change['was'][name]} → {value}" for name, value in change["now"].items())
    return f"{where} ({told})"
