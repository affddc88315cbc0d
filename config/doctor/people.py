"""Who may do what: held as config/roles.py says and nowhere else, and enough people for two signatures."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Group
from guardian.models import GroupObjectPermission, UserObjectPermission

from config import demo, roles
from config.doctor.findings import Finding, named, warning, well, wrong
from foundation.accounts import reach
from foundation.accounts.models import Country, Organisation, Post, RoleAtPlace, User
from vetting.models import Queue
from vetting.permissions import CasePerm, QueuePerm

SYNC = "Run migrate: it brings every group in line with config/roles.py. And ask who changed it."
PLACES = (Country, Post, Organisation, Queue)


def above_the_rules() -> Iterator[Finding]:
    above = User.objects.filter(is_superuser=True).values_list("username", flat=True)
    if above:
        todo = "Set is_superuser to false; a constraint should have refused it: see its line above."
        yield wrong("superusers", f"{named(above)} stand above every rule", todo)
    else:
        yield well("superusers", "nobody stands above the rules")


def demo_people() -> Iterator[Finding]:
    """Their password is known to everybody."""
    if settings.DEMO:
        yield well("demo people", "this is a demo")
        return
    people = User.objects.filter(is_active=True, username__in=demo.SIGN_INS)
    hashes = {each.password for each in people}
    known = {each for each in hashes if check_password(demo.PASSWORD, each)}
    in_danger = [each.username for each in people if each.password in known]
    if in_danger:
        todo = "Disable them (is_active), or give them passwords of their own."
        yield wrong("demo people", f"{named(in_danger)} sign in with the demo's password", todo)
    else:
        yield well("demo people", "nobody has the demo's password")


def roles_and_places() -> Iterator[Finding]:
    held = list(RoleAtPlace.objects.select_related("group", "country", "post", "organisation"))
    found = [*_unknown_roles(held), *_orphans(), *_direct(), *_drifted(held)]
    yield from found or [well("roles", f"{len(held)} groups hold what config/roles.py says")]


def _unknown_roles(held: list[RoleAtPlace]) -> Iterator[Finding]:
    if unknown := [str(each) for each in held if each.role not in roles.ROLES]:
        yield wrong(
            "roles", f"{named(unknown)}: there is no such role", "Take people out of it, and remove it."
        )


def _orphans() -> Iterator[Finding]:
    if groups := Group.objects.filter(held=None).values_list("name", flat=True):
        said = f"the groups {named(groups)} are no role at any place"
        yield wrong("roles", said, "Take people out of them, and remove them.")
    if strays := GroupObjectPermission.objects.count() + UserObjectPermission.objects.count():
        said = f"{strays} grants stand in guardian's general tables, and would outlive what they are about"
        yield wrong("roles", said, "Remove them: places have tables of their own.")


def _direct() -> Iterator[Finding]:
    direct = User.objects.exclude(user_permissions=None).values_list("username", flat=True).distinct()
    if direct:
        said = f"{named(direct)} hold permissions themselves, and by no role"
        yield wrong("roles", said, "Take them away: permissions come from config/roles.py.")


def _drifted(held: list[RoleAtPlace]) -> Iterator[Finding]:
    """Each group's own permissions, at its own place and at no other."""
    queues = list(Queue.objects.select_related("post"))
    wanted = {(each.group_id, *grant) for each in held for grant in _wanted(each, queues)}
    there = set(_granted())
    names = dict(Group.objects.values_list("pk", "name"))
    for sign, odd in (("more", there - wanted), ("less", wanted - there)):
        groups = sorted({names[group] for group, *_ in odd})
        if groups:
            what = named(sorted({codename for *_, codename in odd}), 4)
            said = f"{named(groups, 4)} hold {sign} than config/roles.py says: {what}"
            yield wrong("roles", said, SYNC)


def _wanted(held: RoleAtPlace, queues: list[Queue]) -> Iterator[tuple[str, str, str]]:
    """(kind of place, its id, codename)"""
    place = held.place
    at = (place._meta.label, str(place.pk)) if place else ("", "")
    for perm in roles.ROLES.get(held.role, ()):
        yield (*at, perm.partition(".")[2])
    for queue in queues:
        for perm in roles.queue_rights(held, queue):
            yield (Queue._meta.label, str(queue.pk), perm.partition(".")[2])


def _granted() -> Iterator[tuple[int, str, str, str]]:
    for group, codename in Group.objects.exclude(permissions=None).values_list("pk", "permissions__codename"):
        yield group, "", "", codename
    for kind in PLACES:
        for group, place, codename in reach.grants_on(kind).values_list(
            "group_id", "content_object_id", "permission__codename"
        ):
            yield group, kind._meta.label, str(place), codename


def queues() -> Iterator[Finding]:
    idle = [str(queue) for queue in Queue.objects.all() if not reach.people(QueuePerm.WORK, [queue])]
    if idle:
        said = f"nobody can work {named(idle)}: what is routed there waits for ever"
        yield warning(
            "queues", said, "Give somebody the role, at that place, that works them (config/roles.py)."
        )
    else:
        yield well("queues", f"somebody can work each of {Queue.objects.count()}")


def two_signatures() -> Iterator[Finding]:
    """Wherever somebody may nominate: one to recommend, another to approve."""
    found = []
    for country in Country.objects.exclude(organisations=None).distinct():
        places = [country, *Post.objects.filter(country=country)]
        recommend = set(reach.people(CasePerm.REVIEW, places))
        approve = set(reach.people(CasePerm.APPROVE, places))
        if not (recommend and approve):
            nobody = "nobody can recommend" if not recommend else "nobody can approve"
            said = f"{country}: {nobody}, so nothing that takes two can be decided"
            found.append(
                wrong(
                    "two signatures", said, "Give somebody the role there: drl recommends, approver approves."
                )
            )
        elif len(recommend | approve) == 1:
            said = f"{country}: {named(recommend)} alone holds both sides"
            found.append(wrong("two signatures", said, "Give a second person one of the two roles."))
        elif both := recommend & approve:
            said = (
                f"{country}: {named(sorted(map(str, both)))} can recommend and approve (not the same thing)"
            )
            found.append(warning("two signatures", said, "Better that each holds one of the two."))
    yield from found or [well("two signatures", "in every country with nominators two people can decide")]


CHECKS = (above_the_rules, demo_people, roles_and_places, queues, two_signatures)
