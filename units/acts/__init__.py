"""What can be done to this room's things, described once for pages and calls."""

from units.acts.lineage import LINEAGE_ACTS, RECORD_LINEAGE
from units.acts.links import LINK_ACTS, POSTING_ACTS, RECORD_LINK, RECORD_POSTING
from units.acts.subjects import INDIVIDUAL_ACTS, RECORD_INDIVIDUAL, RECORD_UNIT, UNIT_ACTS

__all__ = [
    "INDIVIDUAL_ACTS",
    "LINEAGE_ACTS",
    "LINK_ACTS",
    "POSTING_ACTS",
    "RECORD_INDIVIDUAL",
    "RECORD_LINEAGE",
    "RECORD_LINK",
    "RECORD_POSTING",
    "RECORD_UNIT",
    "UNIT_ACTS",
]
