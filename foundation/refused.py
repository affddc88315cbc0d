"""What an action says when it will not do what was asked. The bottom of the house: imports nothing of ours.

Doors translate: NotYours → 403, NotNow → 409, Invalid → 400, Stale → 412, Unconditional → 428.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a code for programs, a sentence for people, and where it stands.

    `pointer` is a JSON pointer into the body (RFC 6901); a file's problem has `row` (1 is the first
    row under the heading) and `column` (the reader's own heading) instead.
    """

    code: str
    detail: str
    pointer: str | None = None
    row: int | None = None
    column: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}


class Refused(Exception):
    """An action was refused, for reasons written for the person who reads them."""

    code = "refused"

    def __init__(self, *reasons: str | Problem) -> None:
        self.problems = tuple(
            reason if isinstance(reason, Problem) else Problem(self.code, reason) for reason in reasons
        )
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        return " ".join(problem.detail for problem in self.problems)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Refused:
        return cls(*problems)


class NotYours(Refused):
    """Within reach, but not this person's to do."""

    code = "not-yours"


class NotNow(Refused):
    """This person's to do, but not in the state the thing is in; names every reason."""

    code = "not-now"


class Invalid(Refused):
    """The input is wrong; names everything wrong with it at once."""

    code = "invalid"


class Stale(Refused):
    """The thing has changed since it was read."""

    code = "stale"


class Unconditional(Refused):
    """A change was asked for without saying which version it was meant for."""

    code = "if-match-missing"
