"""Vetting's rows: nominations and their rows, routing, cases and checks, outcomes."""

from vetting.models.cases import (
    Case,
    Check,
    CheckState,
    ClearRecord,
    Finding,
    FindingKind,
    InformationRequest,
    Opinion,
    Outcome,
    Search,
    Status,
    Suspension,
    View,
)
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
from vetting.models.outcomes import Clearance, Restriction
from vetting.models.routing import (
    Movement,
    PlanStep,
    Queue,
    QueueGroupObjectPermission,
    ReviewPlan,
    RoutingRule,
)

__all__ = [
    "Candidate",
    "CandidateVersion",
    "Case",
    "Check",
    "CheckState",
    "ClearRecord",
    "Clearance",
    "Finding",
    "FindingKind",
    "GateAnswer",
    "InformationRequest",
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
