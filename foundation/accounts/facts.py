"""What this room tells. Ids only."""

ROLE_TAKEN = "accounts.role-taken"  # person: has one role less
