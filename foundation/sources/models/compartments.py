"""Compartments: what only a few may read, whatever their role is otherwise.

A group that holds `sources.read_compartment` on one reads what is kept in it, of the countries that it reads
anyway. Outside of it the words are masked; that there is something is not.
"""

from __future__ import annotations

import uuid

from django.db import models
from guardian.models import GroupObjectPermissionBase

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.sources.permissions import SourcePerm


class CompartmentQuerySet(models.QuerySet["Compartment"]):
    def visible_to(self, user: User) -> CompartmentQuerySet:
        """Those whose contents this person reads: to others even its name may say too much."""
        return self.filter(reach.within(user, SourcePerm.COMPARTMENT, pk=Compartment))


class Compartment(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CompartmentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["name"]

    def __str__(self) -> str:
        return f"compartment {self.pk}"


class CompartmentGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Compartment, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        default_permissions = ()
