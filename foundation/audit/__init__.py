"""What happened, once and for all: append-only events in hash chains, and how anyone can check them.

Callers write `from foundation.audit import actions as audit` and `audit.record("room.done", by=…, target=…)`.
"""
