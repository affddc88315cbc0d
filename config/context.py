"""What every page of the desk is told: whether this is the demonstration, where to go, where one sits."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from config import bar
from foundation.accounts.models import RoleAtPlace


def desk(request: HttpRequest) -> dict[str, Any]:
    """Lazy: a page that shows no bar asks the database nothing."""
    return {
        "DEMO": settings.DEMO,
        "nav": SimpleLazyObject(lambda: nav(request)),
        "me_at": SimpleLazyObject(lambda: places(request.user)),
    }


def nav(request: HttpRequest) -> list[dict[str, Any]]:
    """`[{url, label, count, current}]` of the places that exist and that this person may enter."""
    user = request.user
    if not user.is_authenticated:
        return []
    found = []
    for entry in bar.ENTRIES:
        url = _address(entry.url_name)
        if url and entry.shown(user):
            count = entry.count(user) if entry.count else None
            found.append(
                {"url": url, "label": entry.label, "count": count, "current": _inside(request.path, url)}
            )
    return found


def places(user: Any) -> str:
    """`Section, Corvasht`: the roles this person holds and where, for the bar."""
    if not user.is_authenticated:
        return ""
    held = RoleAtPlace.objects.filter(group__user=user).select_related("country", "post", "organisation")
    return "; ".join(_role(role) for role in held.order_by("role", "pk"))


def _role(held: RoleAtPlace) -> str:
    place = held.organisation or held.post or held.country
    return f"{held.role.replace('-', ' ').capitalize()}, {place or 'everywhere'}"


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _inside(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
