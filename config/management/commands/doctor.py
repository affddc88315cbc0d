import json
import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.doctor.findings import Finding, Level
from config.doctor.look import look

MARKS = {
    Level.WELL: "  ok     ",
    Level.UNSEEN: "  ?      ",
    Level.WARNING: "  warning",
    Level.WRONG: "  WRONG  ",
}


class Command(BaseCommand):
    help = "Looks at the live system and says what is wrong, and what to do. Exits with 1 if anything is."
    requires_system_checks = ()  # what they would stop at, is looked at too

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(look())
        count = {level: sum(each.level == level for _, each in found) for level in Level}
        if options["json"]:
            self.stdout.write(json.dumps(_as_dict(found, count)))
        else:
            self._write(found, count)
        if count[Level.WRONG]:
            sys.exit(1)

    def _write(self, found: Iterable[tuple[str, Finding]], count: dict[Level, int]) -> None:
        before = ""
        for group, each in found:
            if group != before:
                self.stdout.write(f"\n{group}")
            before = group
            self.stdout.write(f"{MARKS[each.level]} {each.what}: {each.said}")
            if each.todo:
                self.stdout.write(f"            → {each.todo}")
        self.stdout.write(f"\n{_summary(count)}")


def _summary(count: dict[Level, int]) -> str:
    looked = sum(count.values())
    if not count[Level.WRONG] and not count[Level.WARNING]:
        return f"All well: {looked} things looked at."
    return f"{count[Level.WRONG]} wrong, {count[Level.WARNING]} warnings: {looked} things looked at."


def _as_dict(found: Iterable[tuple[str, Finding]], count: dict[Level, int]) -> dict[str, Any]:
    findings = [
        {"group": group, "level": each.level, "what": each.what, "said": each.said, "todo": each.todo}
        for group, each in found
    ]
    counts = {level.value.replace(" ", "_"): number for level, number in count.items()}
    return {"sound": not count[Level.WRONG], **counts, "findings": findings}
