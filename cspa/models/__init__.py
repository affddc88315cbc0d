"""The room's rows: list years, listings, what lifts them, what the Act reaches, action plans."""

from cspa.models.coverage import Coverage
from cspa.models.kept import Kept
from cspa.models.listings import Confidence, Force, Listing
from cspa.models.plans import ActionPlan, Evidence, Milestone, MilestoneState, Verdict
from cspa.models.reliefs import Extent, Reinstatement, Relief, Waiver
from cspa.models.years import ListYear

__all__ = [
    "ActionPlan",
    "Confidence",
    "Coverage",
    "Evidence",
    "Extent",
    "Force",
    "Kept",
    "ListYear",
    "Listing",
    "Milestone",
    "MilestoneState",
    "Reinstatement",
    "Relief",
    "Verdict",
    "Waiver",
]
