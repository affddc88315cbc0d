"""Where a person may do a thing: the one place that reads grants.

A permission is named once (`"vetting.approve_case"`). A group holds it at a place, as guardian's object
permission, or everywhere, as Django's model permission. Everything that lists, counts or refers starts
from `within(…)`; every check on one thing asks `holds(…)`, or `user.has_perm(perm, place)`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db.models import ForeignKey, Manager, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from guardian.models import GroupObjectPermissionBase
from guardian.utils import get_group_obj_perms_model

from foundation.accounts.models import Country, Post, User

NOTHING = Q(pk__in=[])
EVERYWHERE = ""
EVERYTHING = ~NOTHING  # not Q(): Django drops an empty condition, and `nothing | Q()` is nothing


@dataclass
class Grants:
    """What one person holds, read once per request: permission → places of each kind."""

    user: User
    at: dict[type[Model], dict[str, set[Any]]] = field(default_factory=dict)
    by_country: dict[str, set[str]] = field(default_factory=dict)
    held_everywhere: set[str] = field(default_factory=set)

    def everywhere(self, perm: str) -> bool:
        if not self.at:
            self._read()
        return perm in self.held_everywhere

    def places(self, perm: str, kind: type[Model]) -> set[Any]:
        if kind not in self.at:
            self._read()
        return self.at.setdefault(kind, defaultdict(set))[_codename(perm)]

    def countries(self, perm: str) -> set[str]:
        """Countries where it is held, or where a post is at which it is held."""
        if perm not in self.by_country:
            posts = self.places(perm, Post)
            via_posts = (
                Post.objects.filter(pk__in=posts).values_list("country_id", flat=True) if posts else ()
            )
            self.by_country[perm] = {*self.places(perm, Country), *via_posts}
        return self.by_country[perm]

    def _read(self) -> None:
        """All of them in one query: a page asks about places of every kind, and about none."""
        tables = _tables()
        kinds = {rows._meta.label: _kind(rows) for rows in tables}
        self.at = {kind: defaultdict(set) for kind in kinds.values()}
        if not self.user.is_active:
            return
        for table, room, codename, place in _held_everywhere(self.user).union(
            *(_held_at(self.user, rows) for rows in tables), all=True
        ):
            if table == EVERYWHERE:
                self.held_everywhere.add(f"{room}.{codename}")
            else:
                self.at[kinds[table]][codename].add(kinds[table]._meta.pk.to_python(place))


def _tables() -> list[type[Model]]:
    """The tables of grants: one for each kind of place."""
    return [
        each
        for each in apps.get_models()
        if issubclass(each, GroupObjectPermissionBase)
        and isinstance(each._meta.get_field("content_object"), ForeignKey)
    ]


def _kind(rows: type[Model]) -> type[Model]:
    """The kind of place that a table of grants is about."""
    return rows._meta.get_field("content_object").related_model  # type: ignore[return-value]


def _held_at(user: User, rows: type[Model]) -> QuerySet[Any, Any]:
    """(table, app, codename, id of the place as text)"""
    granted = rows._default_manager.filter(group__user=user)
    return granted.annotate(
        table=Value(rows._meta.label), place=Cast("content_object_id", TextField())
    ).values_list("table", "permission__content_type__app_label", "permission__codename", "place")


def _held_everywhere(user: User) -> QuerySet[Any, Any]:
    """The same of what a group holds as Django's model permission."""
    return (
        Permission.objects.filter(group__user=user)
        .order_by()
        .annotate(table=Value(EVERYWHERE), place=Value("", TextField()))
        .values_list("table", "content_type__app_label", "codename", "place")
    )


def grants(user: User) -> Grants:
    """Kept on the request's own user object, so what is revoked is gone with the next request."""
    if not hasattr(user, "_grants"):
        user._grants = Grants(user)  # type: ignore[attr-defined]
    return user._grants  # type: ignore[attr-defined]


def anew(user: User) -> User:
    """The same person as they are now. For whoever has waited for a lock: a role may be gone meanwhile, or
    the person switched off."""
    return User.objects.get(pk=user.pk)


def within(user: User, perm: str, **paths: type[Model]) -> Q:
    """The condition for rows in reach: `within(user, CasePerm.VIEW, country=Country, post=Post)`."""
    if not user.is_authenticated or not user.is_active:
        return NOTHING
    held = grants(user)
    if held.everywhere(perm):
        return EVERYTHING
    reach = NOTHING
    for path, kind in paths.items():
        if places := held.places(perm, kind):
            reach |= Q(**{f"{path}__in": places})
    return reach


def holds(user: User, perm: str, places: Iterable[Model | None]) -> bool:
    """Whether this person holds the permission everywhere or at one of these places."""
    if not user.is_authenticated or not user.is_active:
        return False
    held = grants(user)
    return held.everywhere(perm) or any(
        place is not None and place.pk in held.places(perm, type(place)) for place in places
    )


def in_country(user: User, perm: str, path: str = "country") -> Q:
    """The condition for rows of a country rather than of a post: what a post's people read, they read of
    its whole country (units, people, restrictions)."""
    if not user.is_authenticated or not user.is_active:
        return NOTHING
    held = grants(user)
    return EVERYTHING if held.everywhere(perm) else Q(**{f"{path}__in": held.countries(perm)})


def holds_in_country(user: User, perm: str, country: Country) -> bool:
    """Whether this person holds the permission everywhere, in this country, or at one of its posts."""
    if not user.is_authenticated or not user.is_active:
        return False
    held = grants(user)
    return held.everywhere(perm) or country.pk in held.countries(perm)


def holds_anywhere(user: User, perm: str, *kinds: type[Model]) -> bool:
    """Whether there is any place at which this person holds the permission (for menus, never for acts)."""
    held = grants(user)
    return user.is_authenticated and (held.everywhere(perm) or any(held.places(perm, kind) for kind in kinds))


def grants_on(kind: type[Model]) -> Manager[Any]:
    """The rows that say which group may do what at a place of this kind."""
    return get_group_obj_perms_model(kind).objects  # type: ignore[arg-type, attr-defined]


def _codename(perm: str) -> str:
    return perm.rpartition(".")[2]


def people(perm: str, places: Iterable[Model | None] = ()) -> QuerySet[User]:
    """Active people who hold a permission everywhere, or at one of these places."""
    app_label, _, codename = perm.partition(".")
    groups = Q(permissions__content_type__app_label=app_label, permissions__codename=codename)
    for place in places:
        if place is not None:
            at = grants_on(type(place)).filter(content_object=place, permission__codename=codename)
            groups |= Q(pk__in=at.values("group_id"))
    return (
        User.objects.filter(is_active=True, groups__in=Group.objects.filter(groups))
        .distinct()
        .order_by("username")
    )
