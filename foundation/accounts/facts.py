"""What this room tells."""

ROLE_TAKEN = "accounts.role-taken"  # user
