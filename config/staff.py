"""Which roles somebody holds, for what belongs to no room (documents, measurements). Never for acts."""

from __future__ import annotations

from typing import Any

from foundation.accounts.models import RoleAtPlace

OUTSIDE = ("nominator",)  # their world is their own organisation's


def has_role(user: Any, *roles: str) -> bool:
    return bool(user.is_authenticated) and _held(user).filter(role__in=roles).exists()


def is_staff(user: Any) -> bool:
    """Holds any role but an outsider's."""
    return bool(user.is_authenticated) and _held(user).exclude(role__in=OUTSIDE).exists()


def _held(user: Any) -> Any:
    return RoleAtPlace.objects.filter(group__user=user)
