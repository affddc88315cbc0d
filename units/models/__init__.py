"""Units, individuals, and what is known of them over time."""

from units.models.claims import Claim, ClaimQuerySet, CommandLink, LinkKind, Posting, links_above, units_above
from units.models.lineage import LineageEnd, LineageEvent, LineageKind, LineageQuerySet, Side
from units.models.sameness import SameAs, SameAsQuerySet, same_groups, same_subjects
from units.models.subjects import (
    PARTIAL_DATE,
    ForceType,
    Gender,
    Individual,
    Kind,
    Level,
    Name,
    NameKind,
    Subject,
    SubjectQuerySet,
    Unit,
    UnitStatus,
)

__all__ = [
    "PARTIAL_DATE",
    "Claim",
    "ClaimQuerySet",
    "CommandLink",
    "ForceType",
    "Gender",
    "Individual",
    "Kind",
    "Level",
    "LineageEnd",
    "LineageEvent",
    "LineageKind",
    "LineageQuerySet",
    "LinkKind",
    "Name",
    "NameKind",
    "Posting",
    "SameAs",
    "SameAsQuerySet",
    "Side",
    "Subject",
    "SubjectQuerySet",
    "Unit",
    "UnitStatus",
    "same_groups",
    "same_subjects",
    "links_above",
    "units_above",
]
