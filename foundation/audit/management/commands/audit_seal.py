from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.audit.seal import seal, start_new_file
from foundation.audit.seal_file import SealsDisagree


class Command(BaseCommand):
    help = "Makes the next audit seal now, instead of within half a minute."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new-file",
            action="store_true",
            help="set the seal file aside and write it anew from the database: after a restore, or when the "
            "file was lost or moved. Run audit_verify first. This is an event.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new_file"]:
                start_new_file(by=None)
            seal()
        except SealsDisagree as disagreement:
            raise CommandError(str(disagreement)) from None
