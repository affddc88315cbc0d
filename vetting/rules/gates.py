"""What the gates say against a clear, by the answers that stand. Nobody can override one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from foundation.refused import Invalid, NotNow, Problem
from vetting.gates import GATES, LABELS
from vetting.models import Case, GateAnswer, Nomination
from vetting.rules import bars

Answers = Mapping[str, str]  # condition → what was written of it


def standing(nomination: Nomination) -> list[GateAnswer]:
    """The last answer of each gate, in the order in which gates are asked."""
    last = {each.gate: each for each in nomination.gate_answers.all()}  # the later ones later
    return [last[gate.name] for gate in GATES if gate.name in last]


def on(case: Case) -> list[GateAnswer]:
    return bars.once(case, "gates", lambda: standing(case.nomination))


def against(case: Case) -> list[str]:
    """Why no clear is possible now."""
    answers = on(case)
    unasked = [gate.label for gate in GATES if gate.name not in {each.gate for each in answers}]
    return [
        *(f"{label}: this gate has not been asked yet." for label in unasked),
        *(_sentence(each) for each in answers if not each.lets_through),
    ]


def _sentence(answer: GateAnswer) -> str:
    why = " ".join(reason["text"] for reason in answer.reasons)
    return f"{LABELS[answer.gate]}: {answer.get_state_display().lower()}. {why}"


def conditions_of(answers: Iterable[GateAnswer]) -> list[str]:
    return list(dict.fromkeys(each for answer in answers for each in answer.conditions))


def answered(answers: Sequence[GateAnswer], given: Iterable[Mapping[str, Any]]) -> Answers:
    """What was written of each condition of the gates; all of them, and nothing else."""
    wanted = conditions_of(answers)
    said = {each["condition"]: each["answer"] for each in given}
    if strangers := [_stranger(at) for at, each in enumerate(said) if each not in wanted]:
        raise Invalid(*strangers)
    if unanswered := [each for each in wanted if each not in said]:
        raise NotNow(*(f"Say in writing how the event keeps to “{each}”." for each in unanswered))
    return said


def _stranger(at: int) -> Problem:
    text = "No gate asks this of the event: copy a condition as the case shows it."
    return Problem("unknown-condition", text, f"/conditions/{at}/condition")
