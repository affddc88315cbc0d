"""What the clock sets going: each finds what is due and tells it; workers do the rest."""

from __future__ import annotations

from django.db.models import F

from foundation.accounts import reach
from foundation.outbox import actions as outbox
from foundation.signing.models import Determination
from vetting.days import today
from vetting.facts import RESTRICTION_REACHES
from vetting.mail import TELL_APPROVER, TELL_NOMINATOR, TELL_SUSPENDED
from vetting.models import Candidate, Restriction, Suspension
from vetting.permissions import CasePerm


def tell_nominators() -> None:
    untold = Candidate.objects.exclude(word=F("told_word")).values_list("nomination_id", flat=True).distinct()
    outbox.tell_many(TELL_NOMINATOR, [{"nomination": str(pk)} for pk in untold])


def tell_approvers() -> None:
    places = {
        place
        for each in Determination.objects.open().select_related("country", "post")
        for place in each.places
    }
    people = reach.people(CasePerm.APPROVE, places) if places else []
    outbox.tell_many(TELL_APPROVER, [{"approver": str(person.pk)} for person in people])


def meet_restrictions() -> None:
    """A posting or a command link may begin on any day: what is restricted meets whom it reaches today."""
    subjects = Restriction.objects.in_force(today()).values_list("subject_id", flat=True).distinct()
    outbox.tell_many(RESTRICTION_REACHES, [{"subject": str(pk)} for pk in subjects])


def tell_suspended() -> None:
    due = Suspension.objects.filter(ended_at=None, decide_by__lte=today()).values_list("case_id", flat=True)
    outbox.tell_many(TELL_SUSPENDED, [{"case": str(pk)} for pk in due])
