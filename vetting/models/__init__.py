"""Vetting's rows: nominations and their rows, routing, cases and checks, outcomes."""

from vetting.models.cases import (
    Case,
    ClearRecord,
    InformationRequest,
    Opinion,
    Outcome,
    Status,
    Suspension,
    View,
)
from vetting.models.checks import Check, CheckState, Finding, FindingKind, Search
from vetting.models.gates import GateAnswer
from vetting.models.nominations import (
    Candidate,
    CandidateVersion,
    Nomination,
    NominationLaw,
    Program,
    Role,
    Word,
)
from vetting.models.outcomes import Answered, Cause, Clearance, Met, Restriction
from vetting.models.routing import (
    Movement,
    PlanStep,
    Queue,
    QueueGroupObjectPermission,
    ReviewPlan,
    RoutingRule,
)

__all__ = [
    "Answered",
    "Candidate",
    "CandidateVersion",
    "Case",
    "Cause",
    "Check",
    "CheckState",
    "ClearRecord",
    "Clearance",
    "Finding",
    "FindingKind",
    "GateAnswer",
    "InformationRequest",
    "Met",
    "Movement",
    "Nomination",
    "NominationLaw",
    "Opinion",
    "Outcome",
    "PlanStep",
    "Program",
    "Queue",
    "QueueGroupObjectPermission",
    "Restriction",
    "ReviewPlan",
    "Role",
    "RoutingRule",
    "Search",
    "Status",
    "Suspension",
    "View",
    "Word",
]
