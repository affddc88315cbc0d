from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.outbox import actions as outbox


class Command(BaseCommand):
    help = "Lets deliveries that were given up be tried again. Each is an event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("delivery", nargs="*", type=int, help="as outbox_status names them")
        parser.add_argument("--all-dead", action="store_true", help="every one that was given up")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = options["delivery"]
        if bool(asked) == options["all_dead"]:
            raise CommandError("Name the deliveries, or give --all-dead.")
        retried = outbox.retry(deliveries=asked or None, by=None)
        self.stdout.write(f"{len(retried)} will be tried again.")
        if left := set(asked) - set(retried):
            raise CommandError(f"Not among the dead: {', '.join(map(str, sorted(left)))}. See outbox_status.")
