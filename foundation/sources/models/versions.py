"""Every version of what is corrected, as it was written: nothing is lost by a correction."""

from __future__ import annotations

from django.db import models

from foundation.accounts.models import User


class Written(models.Model):
    """One version of a claim, source, document or citation. Append-only.

    `content` holds its fields by name, and is as protected as the thing is now.
    """

    kind = models.CharField(max_length=60)
    ref = models.UUIDField()
    version = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.TextField(blank=True)  # of a correction
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "version"], name="sources_written_once"),
        ]
