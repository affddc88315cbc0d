"""What this room tells. Each names its ids; who listens is not its business."""

SUBJECT_CHANGED = (
    "units.subject-changed"  # subject: a name, birth date, country or parent is new or different
)
LINKED = "units.linked"  # subject: a command link, posting or lineage event of it is new or corrected
IDENTITY_CHANGED = "units.identity-changed"  # subject: judged, or no longer judged, the same as another
IMPORTED = "units.imported"  # subjects: all of these are new or different, or what links them is
