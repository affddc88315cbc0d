"""What a check of the record can find wrong, and in which words it says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

MOST_NAMED = 1_000  # faults kept with their particulars; the rest are counted


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    kind   edited      an event's fields no longer give its hash
           missing     an event inside a chain is gone
           cut         the end of a chain is gone, or all of it
           swapped     an event stands where another belongs
           recomputed  hashes were made anew to fit: the next event, or a seal, remembers another
           added       an event that the chain's head knows nothing of
           head        a chain's head is gone or was changed
           seal        the seals in the database and in the file disagree, or do not follow one another
    """

    kind: str
    detail: str
    chain: str | None = None
    seq: int | None = None
    id: int | None = None
    seal: int | None = None

    def __str__(self) -> str:
        given = self.as_dict()
        where = ", ".join(f"{name} {given[name]}" for name in ("chain", "seq", "id", "seal") if name in given)
        return f"{self.kind}: {where}: {self.detail}"

    def as_dict(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}


@dataclass
class Report:
    """What was checked, and what was found."""

    events: int = 0
    chains: int = 0
    seals: int = 0
    unsealed: int = 0  # chains whose end no seal holds yet: a cut there would be seen only by the head
    lines_behind: int = 0  # 1 while the newest seal's line is still to be written
    found: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.found

    def add(self, fault: Fault | None) -> None:
        if fault is None:
            return
        self.found += 1
        if len(self.faults) < MOST_NAMED:
            self.faults.append(fault)

    def as_dict(self) -> dict[str, Any]:
        plain = {name: value for name, value in vars(self).items() if name != "faults"}
        return {"sound": self.sound, **plain, "faults": [fault.as_dict() for fault in self.faults]}
