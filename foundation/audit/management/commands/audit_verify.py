import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation.audit.verify import verify


class Command(BaseCommand):
    help = "Checks the whole audit record: every hash, chain and seal. Exits with 1 if anything is bad."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        report = verify()
        seconds = round(time.monotonic() - begun, 2)
        if options["json"]:
            self.stdout.write(json.dumps({**report.as_dict(), "seconds": seconds}))
        else:
            for fault in report.faults:
                self.stdout.write(str(fault))
            self.stdout.write(self._summary(report, seconds))
        if not report.sound:
            sys.exit(1)

    def _summary(self, report: Any, seconds: float) -> str:
        what = f"{report.events} events in {report.chains} chains under {report.seals} seals, {seconds} s"
        waiting = f"{report.unsealed} chains moved since the last seal."
        if report.sound:
            return f"Sound: {what}. {waiting}"
        return f"NOT SOUND, {report.found} faults: {what}. {waiting}"
