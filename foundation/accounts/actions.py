"""Making groups and putting people in them. Which permissions a role holds is data of config/roles.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model

from foundation.accounts import facts, reach
from foundation.accounts.models import Country, Organisation, Post, RoleAtPlace, User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.refused import NotNow

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
        group.permissions.set(_everywhere(permissions))
        return
    grants = reach.grants_on(type(place))
    held = dict(grants.filter(group=group, content_object=place).values_list("permission__codename", "pk"))
    wanted = {perm.partition(".")[2]: perm for perm in permissions}
    if gone := [held[codename] for codename in held.keys() - wanted.keys()]:
        grants.filter(pk__in=gone).delete()
    if new := [wanted[codename] for codename in wanted.keys() - held.keys()]:
        grants.bulk_create(
            grants.model(group=group, content_object=place, permission=permission)
            for permission in _at(type(place), new)
        )


@transaction.atomic
def put_in_group(*, user: User, group: Group, by: User | None) -> None:
    user.groups.add(group)
    audit.record("accounts.role-given", by=by, chain=f"person:{user.username}", group=group.pk)


@transaction.atomic
def take_from_group(*, user: User, group: Group, by: User | None) -> None:
    """What only this role let them hold goes back in the same transaction: rooms above are told at once."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # waits for who is taking something just now
    user.groups.remove(group)
    audit.record("accounts.role-taken", by=by, chain=f"person:{user.username}", group=group.pk)
    outbox.tell(facts.ROLE_TAKEN, person=str(user.pk))


def as_they_stand(user: User) -> User:
    """The person with the roles they have now, of which none is taken until this transaction ends.

    For an act that gives them something to hold. It waits for nobody, so any lock may be held meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM accounts_user WHERE id = %s FOR SHARE SKIP LOCKED", [user.pk])
        if not cursor.rowcount:
            raise NotNow("Your account is being changed at this moment. Try again.")
    return reach.anew(user)


def _everywhere(permissions: Iterable[str]) -> list[Permission]:
    """The rooms' own: "vetting.view_case" is a permission of the app vetting."""
    wanted = set(permissions)
    codenames = {perm.partition(".")[2] for perm in wanted}
    found = Permission.objects.filter(codename__in=codenames).select_related("content_type")
    return [each for each in found if f"{each.content_type.app_label}.{each.codename}" in wanted]


def _at(kind: type[Model], permissions: Iterable[str]) -> list[Permission]:
    """Guardian wants a permission of the place's own content type; it is named as the room's own is."""
    content_type = ContentType.objects.get_for_model(kind)
    names = {perm.partition(".")[2]: perm for perm in permissions}
    Permission.objects.bulk_create(
        [Permission(content_type=content_type, codename=each, name=name) for each, name in names.items()],
        ignore_conflicts=True,
    )
    return list(Permission.objects.filter(content_type=content_type, codename__in=names))
