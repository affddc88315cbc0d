"""What this room wants to be told."""

from evidence import facts as evidence_facts
from foundation.outbox import registry
from screening import actions
from units import facts

# Derived rows that may never lag: in the transaction that changes the subject.
registry.subscribe(facts.SUBJECT_CHANGED, actions.register_if_known, name="screening.register", at_once=True)
registry.subscribe(evidence_facts.ALLEGED, actions.mark_alleged, name="screening.mark-alleged", at_once=True)
registry.subscribe(evidence_facts.NOTED, actions.mark_noted, name="screening.mark-noted", at_once=True)
registry.subscribe(facts.IMPORTED, actions.register_all, name="screening.register-all", at_once=True)
