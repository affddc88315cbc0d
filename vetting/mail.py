"""Mail, composed by workers: rows and references, never a name; to nominators only the seven words.

Each handler may be delivered twice; each says only what is not yet told, so that twice is once.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string

from foundation import killpoints
from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.signing import waiting
from vetting.models import Candidate, Case, Nomination, Word
from vetting.models.cases import Status
from vetting.permissions import CasePerm, NominationPerm

TELL_NOMINATOR = "vetting.tell-nominator"
TELL_APPROVER = "vetting.tell-approver"
TELL_SUSPENDED = "vetting.tell-suspended"

WORTH_A_MAIL = (Word.MORE, Word.CLEARED, Word.NOT_CLEARED, Word.NO_LONGER, Word.CANCELLED)


@transaction.atomic
def tell_nominator(nomination: str) -> None:
    """What has changed for a class since it was last told."""
    rows = Candidate.objects.select_for_update(of=("self",)).filter(nomination=nomination)
    moved = list(rows.exclude(word=F("told_word")).order_by("row"))
    for row in moved:
        row.told_word = row.word
    Candidate.objects.bulk_update(moved, ["told_word"])
    worth = [row for row in moved if row.word in WORTH_A_MAIL]
    if worth:
        of = Nomination.objects.select_related("organisation").get(pk=nomination)
        people = reach.people(NominationPerm.NOMINATE, [of.organisation])
        _send("nominator", f"Nomination {of.reference}", people, nomination=of, rows=worth)


def tell_approver(approver: str) -> None:
    """Once a day: what waits for this person's signature."""
    person = User.objects.get(pk=approver)
    waits = list(waiting.for_signature_of(person))
    if waits:
        _send("approver", f"{len(waits)} waiting for your signature", [person], waits=waits)


def tell_suspended(case: str) -> None:
    """Daily from day thirty: a suspended case must be resumed, recommended or cancelled."""
    found = Case.objects.select_related("owner", "country", "post").get(pk=case)
    if found.status == Status.SUSPENDED:
        people = {*([found.owner] if found.owner else []), *reach.people(CasePerm.APPROVE, found.places)}
        _send("suspended", f"Case {found.reference} must be decided", people, case=found)


def _send(template: str, subject: str, people: Iterable[User], **context: object) -> None:
    body = render_to_string(f"mail/{template}.txt", {**context, "url": settings.PUBLIC_URL})
    for person in people:
        if person.email:
            EmailMessage(subject, body, to=[person.email]).send()
            killpoints.reach("mail.sent")
