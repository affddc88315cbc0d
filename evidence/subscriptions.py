"""What this room wants to be told, and the claims that it makes."""

from evidence import claims
from evidence.actions import rested
from foundation.outbox import registry
from foundation.sources import facts as sources_facts

claims.register()
registry.subscribe(sources_facts.CHANGED, rested.overtake, name="evidence.overtake-resting", at_once=True)
