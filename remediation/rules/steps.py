"""Who may do what to a step, and when: whoever owns or completed it never verifies it."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.refused import Invalid, NotNow, NotYours, Problem
from remediation.models import Remediation, Step, StepKind, StepState
from remediation.permissions import RemediationPerm
from remediation.rules import files

ONLY_VERIFIERS = (
    "Only the human rights bureau, legal, the regional desk or a remediation officer judges a step."
)

# What a completion owes besides its outcome, by the kind of its step.
OWED: dict[StepKind, dict[str, str]] = {
    StepKind.INVESTIGATION: {"impartial": "whether the investigation was impartial"},
    StepKind.SANCTION: {
        "sentence": "the sentence or sanction, or that there was none",
        "proportionality": "why it is proportionate",
    },
}


def check_can_complete(user: User, step: Step) -> None:
    """A remediation officer; or the owner, whatever their role is."""
    if not (user.pk == step.owner_id and reads(user, step.remediation)):
        files.check_holds(user, step.remediation)
    _check_file(step)
    check_state(step, (StepState.OPEN, StepState.REJECTED, StepState.LAPSED), "completed")


def check_can_verify(user: User, step: Step) -> None:
    _check_judges(user, step)
    check_state(step, (StepState.DONE,), "verified")
    if step.kind == StepKind.INVESTIGATION and not step.impartial:
        raise NotNow("This investigation is recorded as not impartial: it cannot be verified.")


def check_can_reject(user: User, step: Step) -> None:
    _check_judges(user, step)
    check_state(step, (StepState.DONE, StepState.VERIFIED), "rejected")


def check_can_lapse(user: User, step: Step) -> None:
    """What was done is so no longer, or is no longer pursued."""
    files.check_holds(user, step.remediation)
    _check_file(step)
    check_state(
        step, (StepState.OPEN, StepState.DONE, StepState.VERIFIED, StepState.REJECTED), "said to have lapsed"
    )


def check_owner(file: Remediation, owner: User) -> None:
    """Whoever owns a step must be able to read its file."""
    if not owner.is_active or not reads(owner, file):
        raise Invalid(
            Problem("not-theirs", "Owner: this person does not read the files of this country.", "/owner")
        )


def check_completed(step: Step, said: dict[str, Any]) -> None:
    """What a step of its kind owes besides its outcome. Everything at once."""
    owed = OWED.get(StepKind(step.kind), {})
    wrong = [
        Problem("required", f"{name.capitalize()}: say {what}.", f"/{name}")
        for name, what in owed.items()
        if said.get(name) in (None, "")
    ]
    if wrong:
        raise Invalid(*wrong)


def check_state(step: Step, states: Container[str], done: str) -> None:
    if step.state not in states:
        raise NotNow(f"This step is {step.get_state_display().lower()}: it cannot be {done} now.")


def reads(user: User, file: Remediation) -> bool:
    return reach.holds_in_country(user, RemediationPerm.VIEW, file.country)


def _check_judges(user: User, step: Step) -> None:
    if not reach.holds_in_country(user, RemediationPerm.VERIFY, step.remediation.country):
        raise NotYours(ONLY_VERIFIERS)
    if user.pk == step.owner_id:
        raise NotYours("You own this step: somebody else judges whether it is done.")
    if user.pk == step.completed_by_id:
        raise NotYours("You completed this step: somebody else judges whether it is done.")
    _check_file(step)


def _check_file(step: Step) -> None:
    files.check_open(step.remediation)
