"""What a restriction opens, in the transaction that imposes it: a notification, a publication, a file."""

from __future__ import annotations

from django.db import transaction

from foundation.signing.models import Determination
from remediation.actions import files, informing, publication
from remediation.models import HostNotification, Publication
from remediation.rules.publication import is_published_at_all
from vetting.models import Restriction


@transaction.atomic
def open_all(restriction: str, cause: str | None) -> None:
    """Handles `vetting.restricted`. One notification for each withhold; a restriction that an operator
    imported from published history has none: its government was informed elsewhere, or never."""
    barred = Restriction.objects.select_related("subject__country").get(pk=restriction)
    signed = Determination.objects.get(pk=cause) if cause else None
    if signed and not HostNotification.objects.filter(cause=signed).exists():
        informing.open_notification(barred, signed)
    if is_published_at_all(barred) and not Publication.objects.filter(restriction=barred).exists():
        publication.open_publication(barred)
    files.answer_restriction(barred, signed)
