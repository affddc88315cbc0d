"""What the doors themselves remember: answers given under a key, long jobs, tries of passwords."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from foundation.doors.jobs import Job, JobIsOver

__all__ = ["IdempotencyKey", "Job", "JobIsOver", "Tries"]


class IdempotencyKey(models.Model):
    """The answer that one client was given under one key. Written in the transaction of the effect itself.

    After draft-ietf-httpapi-idempotency-key-header. `path` and `body` are digests of what was asked.
    """

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=255)
    path = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    content = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["created_at"], name="doors_keys_by_age")]
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="doors_one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.key} of {self.client_id}"


class Tries(models.Model):
    """How often a password was tried under one count, since when (foundation/doors/tries.py)."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveSmallIntegerField()
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()
