"""What is done in this room: units and people, and the dated claims about them."""

from units.actions.claims import correct_claim, link
from units.actions.lineage import correct_lineage, record_lineage
from units.actions.subjects import (
    BIRTHPLACE,
    MASKED,
    Called,
    Recorded,
    change_nominee,
    correct,
    judge_not_same,
    judge_same,
    record,
    record_nominees,
    unmask,
)

__all__ = [
    "BIRTHPLACE",
    "MASKED",
    "Called",
    "Recorded",
    "change_nominee",
    "correct",
    "correct_claim",
    "correct_lineage",
    "judge_not_same",
    "judge_same",
    "link",
    "record",
    "record_lineage",
    "record_nominees",
    "unmask",
]
