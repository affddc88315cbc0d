from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import demo


class Command(BaseCommand):
    help = "Load the demo: invented countries, people and units, and a sign-in for each role. Twice is once."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo is loaded only under DEMO=1: its sign-ins share a known password.")
        demo.load()
        self.stdout.write("Demo sign-ins (password demo-only): " + " ".join(demo.SIGN_INS))
