"""manage.py open_compartment NAME ROLE [ROLE@COUNTRY …]: who reads what is kept in a compartment."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.accounts.models import RoleAtPlace
from foundation.sources import compartments


class Command(BaseCommand):
    help = "Opens a compartment, if there is none of this name, and lets roles in. An event for each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("roles", nargs="+", help="legal (everywhere), or legal@XA (in one country)")

    def handle(self, *args: Any, **options: Any) -> None:
        groups = [_held(role) for role in options["roles"]]
        compartment = compartments.let_in(options["name"], groups)
        self.stdout.write(f"{compartment.pk} is read by {', '.join(map(str, groups))}.")


def _held(said: str) -> RoleAtPlace:
    role, _, country = said.partition("@")
    held = RoleAtPlace.objects.filter(
        role=role, country=country or None, post=None, organisation=None
    ).first()
    if held is None:
        raise CommandError(f"Nobody holds “{said}” yet. Give it to somebody first, or name another role.")
    return held
