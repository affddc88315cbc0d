"""What this room tells. Ids only."""

ALLEGED = "evidence.alleged"  # allegation, subjects: a new or corrected allegation, and whom it is against
ASSESSED = "evidence.assessed"  # allegation, subjects: a new version of its assessment
NOTED = "evidence.noted"  # note, subjects: a new or corrected derogatory note
