"""What doors forget, once a day: old answers, old jobs' files, old tries, what ran out."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from knox.models import AuthToken

from foundation.doors.models import IdempotencyKey, Job, Tries
from foundation.doors.tries import WITHIN

KEYS_ARE_KEPT = timedelta(days=30)  # embassies resend their spreadsheets weeks later
FILES_ARE_KEPT = timedelta(days=7)


def forget() -> None:
    """Rows are read again by their age alone: running it twice, or late, changes nothing."""
    now = timezone.now()
    IdempotencyKey.objects.filter(created_at__lt=now - KEYS_ARE_KEPT).delete()
    Job.objects.filter(updated_at__lt=now - FILES_ARE_KEPT).exclude(attachment=None).update(attachment=None)
    AuthToken.objects.filter(expiry__lt=now).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    Tries.objects.filter(since__lt=now - timedelta(seconds=WITHIN)).delete()
