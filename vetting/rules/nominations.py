"""What a nominator may do, and when. Its refusals say nothing that a seven-word status does not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from foundation.accounts import reach
from foundation.accounts.models import Organisation, Post, User
from foundation.refused import Invalid, NotNow, NotYours, Problem
from vetting.days import today
from vetting.models import Candidate, InformationRequest, Nomination, Role, Status, Word
from vetting.models.cases import OPEN
from vetting.permissions import NominationPerm


def check_nominates(user: User, nothing: None = None) -> None:
    """Whether this person nominates for anybody at all; for whom, the nomination says."""
    if not reach.holds_anywhere(user, NominationPerm.NOMINATE, Organisation):
        raise NotYours("Only nominators nominate.")


def check_can_nominate(user: User, organisation: Any) -> None:
    if not reach.holds(user, NominationPerm.NOMINATE, [Organisation(pk=UUID(str(organisation)))]):
        raise NotYours("Only nominators of an organisation nominate for it.")


def check_is_nominator(user: User, nomination: Nomination) -> None:
    if not reach.holds(user, NominationPerm.NOMINATE, [nomination.organisation]):
        raise NotYours("Only the organisation that nominated can do this.")


def check_can_withdraw(user: User, nomination: Nomination) -> None:
    check_is_nominator(user, nomination)
    if nomination.withdrawn_at:
        raise NotNow("This nomination was withdrawn already.")


def check_can_amend_event(user: User, nomination: Nomination) -> None:
    check_can_withdraw(user, nomination)
    if nomination.event_starts_on <= today():
        raise NotNow("The event has begun: it can no longer be moved.")


def check_can_withdraw_candidate(user: User, candidate: Candidate) -> None:
    check_is_nominator(user, candidate.nomination)
    if candidate.word == Word.CANCELLED:
        raise NotNow("This row was cancelled already.")


def check_can_answer(user: User, candidate: Candidate) -> None:
    check_is_nominator(user, candidate.nomination)
    question = question_of(candidate)
    if question is None or question.returned:
        raise NotNow("There is no question about this row to answer.")


def check_can_resubmit(user: User, candidate: Candidate) -> None:
    check_is_nominator(user, candidate.nomination)
    question = question_of(candidate)
    if question is None or not question.returned:
        raise NotNow("This row was not returned, so there is nothing to resubmit.")


def check_can_substitute(user: User, candidate: Candidate) -> None:
    check_is_nominator(user, candidate.nomination)
    if candidate.role != Role.PARTICIPANT or candidate.withdrawn_at:
        raise NotNow("Only a participant who was not withdrawn can be replaced.")
    if not alternates(candidate):
        raise NotNow("This nomination has no alternate left to take the place.")


def alternates(candidate: Candidate) -> list[Candidate]:
    """Alternates of the same nomination and kind who could still take a place."""
    others = candidate.nomination.candidates.filter(
        kind=candidate.kind, role=Role.ALTERNATE, withdrawn_at=None
    ).exclude(pk=candidate.pk)
    return list(others.exclude(word__in=(Word.CANCELLED, Word.NOT_CLEARED, Word.NO_LONGER)))


def usable_alternate(candidate: Candidate, alternate: Candidate) -> Candidate:
    """The alternate, if it may take this place."""
    for other in alternates(candidate):
        if other.pk == alternate.pk:
            return other
    raise Invalid(
        Problem(
            "not-an-alternate", "With: name an alternate of this nomination whose row is still good.", "/with"
        )
    )


def question_of(candidate: Candidate) -> InformationRequest | None:
    """What the nominator is asked about this row, of its own case or its unit's: the oldest first."""
    if candidate.word != Word.MORE:
        return None
    cases = [
        case for case in (candidate.case, candidate.unit_case) if case.status in (Status.RFI, Status.RETURNED)
    ]
    open_ones = [each for case in cases for each in case.questions.all() if each.closed_at is None]
    return min(open_ones, key=lambda each: each.asked_at, default=None)


def open_cases(nomination: Nomination) -> list[Any]:
    return list(nomination.cases.filter(status__in=OPEN))


def saved_with_free_reference(nomination: Nomination) -> Nomination:
    """Save it, unless another of the organisation's nominations took the reference a moment ago."""
    try:
        with transaction.atomic():
            nomination.save(force_insert=True)
    except IntegrityError as error:
        if "vetting_reference_once" not in str(error):
            raise
        raise Invalid(
            Problem(
                "taken", "Reference: another nomination of yours has this one. Give it another.", "/reference"
            )
        ) from error
    return nomination


def post_of(country: str) -> Post | None:
    return Post.objects.filter(country=country).order_by("name").first()
