"""Every version of a record as it was written, with why and by whom. Append-only."""

from __future__ import annotations

from django.db import models

from foundation.accounts.models import User
from foundation.signing.models import Determination


class Kept(models.Model):
    """`kind`: listing, waiver, reinstatement, list-year or action-plan. `said`: its words and dates then."""

    kind = models.CharField(max_length=20)
    ref = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    said = models.JSONField()
    reason = models.TextField(blank=True)
    cause = models.ForeignKey(Determination, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # empty: an import
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["kind", "ref", "version"]
        constraints = [models.UniqueConstraint(fields=["kind", "ref", "version"], name="cspa_kept_once")]
