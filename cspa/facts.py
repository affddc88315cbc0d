"""What this room tells. Codes only."""

# country: its code, or "" for every country; fiscal_year: the year whose answers may be others now.
CHANGED = "cspa.changed"
