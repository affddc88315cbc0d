import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation.outbox.status import status


class Command(BaseCommand):
    help = "Says what waits in the outbox, since when, and which deliveries were given up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        now = status()
        if options["json"]:
            self.stdout.write(json.dumps(now))
            return
        self.stdout.write(
            f"{now['waiting']} deliveries wait, {now['due']} of them due; "
            f"the oldest for {now['oldest_seconds']} s. {now['dead']} were given up."
        )
        for dead in now["dead_deliveries"]:
            self.stdout.write("  delivery {delivery}: {kind} to {subscriber}, {last_error}".format(**dead))
        if now["dead"]:
            self.stdout.write("Once the cause is gone: outbox_retry DELIVERY, or outbox_retry --all-dead.")
