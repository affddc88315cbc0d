"""People and the places where they hold a role.

Nobody holds a permission themselves: a person is in groups, and a group is one role at one place.
"""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.db import models
from django.db.models import Q
from guardian.mixins import GuardianUserMixin
from guardian.models import GroupObjectPermissionBase


class Country(models.Model):
    """ISO 3166-1 alpha-2; the demo's invented countries use user-assigned codes (X…)."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=200)
    demonyms = models.JSONField(default=list, blank=True)  # "Morvanian": to tell a whole service from a unit

    class Meta:
        ordering = ["name"]
        default_permissions = ()
        verbose_name_plural = "countries"

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """An embassy or consulate; its sections check the cases of its country."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="posts")
    name = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["name"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """An implementer: the program office, contractor or grantee that nominates."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200, unique=True)
    countries = models.ManyToManyField(Country, related_name="organisations")  # where it may nominate

    class Meta:
        ordering = ["name"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class PeopleManager(UserManager["User"]):
    def create_superuser(self, *args: object, **kwargs: object) -> User:
        raise NotImplementedError("There is no superuser: make a person and put them in an admin group.")


class User(GuardianUserMixin, AbstractUser):
    """A person, known to others by their username."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )

    objects = PeopleManager()

    class Meta:
        default_permissions = ()
        constraints = [
            # Django gives a superuser every permission at every place, so nobody may be one.
            models.CheckConstraint(condition=Q(is_superuser=False), name="accounts_nobody_above_the_rules"),
            # Events name their actor by username, and these two for what nobody in particular did.
            models.CheckConstraint(
                condition=~Q(username__in=["system", "anonymous"]), name="accounts_reserved_usernames"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username


class RoleAtPlace(models.Model):
    """What a Group is: one role, at one country, post or organisation, or (all three empty) everywhere."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="held")
    role = models.CharField(max_length=40)
    country = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT)
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["role", "country", "post", "organisation"],
                nulls_distinct=False,
                name="accounts_one_group_per_role_and_place",
            ),
            models.CheckConstraint(
                condition=Q(country=None, post=None)
                | Q(country=None, organisation=None)
                | Q(post=None, organisation=None),
                name="accounts_role_at_one_place",
            ),
        ]

    @property
    def place(self) -> Country | Post | Organisation | None:
        return self.country or self.post or self.organisation

    def __str__(self) -> str:
        return f"{self.role} at {self.place or 'every place'}"


class CountryGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Country, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        default_permissions = ()


class PostGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Post, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        default_permissions = ()


class OrganisationGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Organisation, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        default_permissions = ()
