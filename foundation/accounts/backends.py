"""Lets `user.has_perm(perm, place)` be asked in Django's own words."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Model

from foundation.accounts import reach


class PlacesBackend(BaseBackend):
    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        return obj is not None and reach.holds(user_obj, perm, [obj])
