"""What this room tells. Ids only."""

CASE_RECEIVED = "vetting.case-received"  # case: to be screened and routed
CASE_TOUCHED = "vetting.case-touched"  # case: a known subject near it is new or changed; screen again
SUSPENDED = "vetting.suspended"  # case
CLEARED = "vetting.cleared"  # case
WITHHELD = "vetting.withheld"  # case, determination
BARRED = "vetting.barred"  # case
RECALLED = "vetting.recalled"  # case
RESTRICTION_REACHES = "vetting.restriction-reaches"  # subject: a day more, on which others may command
GATES_DUE = "vetting.gates-due"  # nomination: its event has begun, so its gates are asked once more
RESTRICTED = "vetting.restricted"  # restriction, cause: the determination; none for published history
LIFTED = "vetting.lifted"  # restriction
