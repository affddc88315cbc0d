from typing import Any

from django.core.management.base import BaseCommand

from vetting.diagram import mermaid


class Command(BaseCommand):
    help = "Print the states of a case as a Mermaid diagram, for docs/architecture.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(mermaid())
