"""Who may read the events."""

from django.db.models import TextChoices


class AuditPerm(TextChoices):
    VIEW = "audit.view_event", "Can read every audit event"
