"""What this room tells."""

REGISTERED = "screening.registered"  # subject: a known subject is new, changed, or newly marked
JUDGED = "screening.judged"  # match, nominee
