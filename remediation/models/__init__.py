"""After a withhold: who is told, what is published, what is remedied, step by step."""

from remediation.models.files import (
    Committee,
    CommitteeNotice,
    IncidentOfFile,
    Remediation,
    Responsible,
    RestrictionOfFile,
)
from remediation.models.informing import HostNotification, NotificationEntry, NotificationState
from remediation.models.publication import Publication, PublicationState
from remediation.models.steps import Requirement, Step, StepEntry, StepKind, StepState

__all__ = [
    "Committee",
    "CommitteeNotice",
    "HostNotification",
    "IncidentOfFile",
    "NotificationEntry",
    "NotificationState",
    "Publication",
    "PublicationState",
    "Remediation",
    "Requirement",
    "Responsible",
    "RestrictionOfFile",
    "Step",
    "StepEntry",
    "StepKind",
    "StepState",
]
