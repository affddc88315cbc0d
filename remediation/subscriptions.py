"""What this room wants to be told, the kinds it hands to signing, and its claims that rest on citations."""

from evidence import facts as evidence_facts
from foundation.outbox import registry
from foundation.signing import kinds as signing
from foundation.sources import citing
from remediation import claims, kinds
from remediation.actions import opening, weighing
from vetting import facts as vetting_facts

for kind in kinds.KINDS:
    signing.register(kind)

citing.register_claim("remediation.step", noun="step", find=claims.steps)

# What a restriction opens may never lag behind it: in the transaction that imposes it.
registry.subscribe(vetting_facts.RESTRICTED, opening.open_all, name="remediation.open-all", at_once=True)
registry.subscribe(
    evidence_facts.ALLEGED, weighing.weigh_again, name="remediation.weigh-alleged", at_once=True
)
registry.subscribe(
    evidence_facts.ASSESSED, weighing.weigh_again, name="remediation.weigh-assessed", at_once=True
)
