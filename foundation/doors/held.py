"""Calls that are not there, 404, for whoever holds none of the permissions they need at any place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.http import Http404
from rest_framework.request import Request

from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.reader import reader
from foundation.doors.views import Doorway


class Held(Doorway):
    """Stands before the view: an empty list would say that there is such a list.

    `held`: permission → the kinds of place at which it may be held; one of them is enough.
    """

    held: Mapping[Any, tuple[type[Model], ...]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not any(reach.holds_anywhere(reader(request), perm, *kinds) for perm, kinds in self.held.items()):
            raise Http404


AT_COUNTRIES = (Country, Post)
