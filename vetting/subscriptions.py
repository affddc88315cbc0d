"""What this room wants to be told, what it does by the clock, and the kinds it hands to signing."""

from cspa import facts as cspa_facts
from evidence import facts as evidence_facts
from foundation.accounts import facts as accounts_facts
from foundation.outbox import registry
from foundation.signing import kinds as signing
from screening import facts as screening_facts
from units import facts as units_facts
from vetting import facts, imports, kinds, mail, watch
from vetting.actions import evidence, gates, holding, restrict, route

for kind in kinds.KINDS:
    signing.register(kind)

registry.subscribe(facts.CASE_RECEIVED, route.screen_and_route, name="vetting.screen-and-route")
registry.subscribe(screening_facts.REGISTERED, route.touched_by, name="vetting.touched-by")
# What a restriction reaches may never lag: in the transaction that changes it.
registry.subscribe(units_facts.LINKED, restrict.meet_again, name="vetting.meet-linked", at_once=True)
registry.subscribe(units_facts.IMPORTED, restrict.meet_all_again, name="vetting.meet-imported", at_once=True)
registry.subscribe(facts.RESTRICTION_REACHES, restrict.meet_again, name="vetting.meet-again")
registry.subscribe(cspa_facts.CHANGED, gates.record_changed, name="vetting.gates-changed", at_once=True)
registry.subscribe(facts.GATES_DUE, gates.ask_due, name="vetting.gates-due")
for told in (evidence_facts.ALLEGED, evidence_facts.ASSESSED, evidence_facts.NOTED):
    registry.subscribe(told, evidence.weigh_again, name="vetting.weigh-again", at_once=True)
registry.subscribe(facts.CASE_TOUCHED, route.screen_again, name="vetting.screen-again")
registry.subscribe(accounts_facts.ROLE_TAKEN, holding.give_back, name="vetting.give-back", at_once=True)
registry.subscribe(imports.ASKED, imports.run, name="vetting.import", own_transaction=True)
registry.subscribe(mail.TELL_NOMINATOR, mail.tell_nominator, name="vetting.tell-nominator")
registry.subscribe(mail.TELL_APPROVER, mail.tell_approver, name="vetting.tell-approver")
registry.subscribe(mail.TELL_SUSPENDED, mail.tell_suspended, name="vetting.tell-suspended")
registry.every("vetting.tell-nominators", seconds=30, run=watch.tell_nominators)
registry.every("vetting.gates-due", seconds=300, run=gates.tell_due)
registry.every("vetting.give-back", seconds=300, run=holding.give_back_all)
registry.daily("vetting.meet-restrictions", hour=0, run=watch.meet_restrictions)
registry.daily("vetting.tell-approvers", hour=6, run=watch.tell_approvers)
registry.daily("vetting.tell-suspended", hour=6, run=watch.tell_suspended)
