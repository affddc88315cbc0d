"""Which row of an import became what here, so that the same file read again updates and never doubles."""

from __future__ import annotations

from django.db import models


class Imported(models.Model):
    """One row: `key` is its publisher's id, or what it links. `content` is what was read of it, as it is
    compared with the next reading; `version`: of the thing, when it was last written by an import."""

    file = models.CharField(max_length=60)
    key = models.CharField(max_length=600)
    ref = models.UUIDField()
    version = models.PositiveIntegerField()
    content = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["file", "key"], name="evidence_imported_once")]

    def __str__(self) -> str:
        return f"row of {self.file}"
