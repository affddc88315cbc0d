"""Whose duty it is: of those who hold a role at a place, whoever has the least of it to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from foundation.accounts import reach
from foundation.accounts.models import Country, User


def least_busy(perm: str, country: Country, owned: Iterable[Any]) -> User | None:
    """`owned`: ids of the owners of what is open. None where nobody holds the role: shown as a gap."""
    busy = Counter(owned)
    people = reach.people(perm, [country])
    return min(people, key=lambda person: (busy[person.pk], person.username), default=None)
