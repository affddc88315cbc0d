"""What this room tells. Ids only."""

CHANGED = "sources.changed"  # what ("sources.citation", …), ref: a correction of what others may rest on
