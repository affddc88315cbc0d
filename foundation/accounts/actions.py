"""Making groups and putting people in them. Which permissions a role holds is data of config/roles.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model

from foundation.accounts import reach
from foundation.accounts.models import Country, Organisation, Post, RoleAtPlace, User
from foundation.audit import actions as audit

Place = Country | Post | Organisation | None


@transaction.atomic
def group_for(*, role: str, place: Place, permissions: Iterable[str], by: User | None) -> Group:
    """The group that is this role at this place, holding exactly these permissions there."""
    at: dict[str, Any] = {str(type(place)._meta.model_name): place} if place else {}
    held = RoleAtPlace.objects.filter(
        role=role, country=at.get("country"), post=at.get("post"), organisation=at.get("organisation")
    ).first()
    if held is None:
        group = Group.objects.create(name=f"{role} at {place or 'every place'}")
        held = RoleAtPlace.objects.create(group=group, role=role, **at)
        audit.record("accounts.group-made", by=by, target=held)
    grant(group=held.group, permissions=permissions, place=place)
    return held.group


def grant(*, group: Group, permissions: Iterable[str], place: Model | None) -> None:
    """Give a group exactly these permissions, at the place or (None) everywhere."""
    if place is None:
        group.permissions.set([_everywhere(perm) for perm in permissions])
        return
    grants = reach.grants_on(type(place)).filter(group=group, content_object=place)
    wanted = {_at(type(place), perm).pk for perm in permissions}
    grants.exclude(permission_id__in=wanted).delete()
    for pk in wanted - set(grants.values_list("permission_id", flat=True)):
        grants.model.objects.create(group=group, content_object=place, permission_id=pk)


@transaction.atomic
def put_in_group(*, user: User, group: Group, by: User | None) -> None:
    user.groups.add(group)
    audit.record("accounts.role-given", by=by, chain=f"person:{user.username}", group=group.pk)


@transaction.atomic
def take_from_group(*, user: User, group: Group, by: User | None) -> None:
    user.groups.remove(group)
    audit.record("accounts.role-taken", by=by, chain=f"person:{user.username}", group=group.pk)


def _everywhere(perm: str) -> Permission:
    app_label, _, codename = perm.partition(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def _at(kind: type[Model], perm: str) -> Permission:
    """Guardian wants a permission of the place's own content type; it is named as the room's own is."""
    codename = perm.partition(".")[2]
    content_type = ContentType.objects.get_for_model(kind)
    permission, _ = Permission.objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": perm}
    )
    return permission
