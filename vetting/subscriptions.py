"""What this room wants to be told, what it does by the clock, and the kinds it hands to signing."""

from foundation.accounts import facts as accounts_facts
from foundation.outbox import registry
from foundation.signing import kinds as signing
from screening import facts as screening_facts
from vetting import facts, imports, kinds, mail, watch
from vetting.actions import holding, route

for kind in kinds.KINDS:
    signing.register(kind)

registry.subscribe(facts.CASE_RECEIVED, route.screen_and_route, name="vetting.screen-and-route")
registry.subscribe(screening_facts.REGISTERED, route.touched_by, name="vetting.touched-by")
registry.subscribe(facts.CASE_TOUCHED, route.screen_again, name="vetting.screen-again")
registry.subscribe(accounts_facts.ROLE_TAKEN, holding.give_back, name="vetting.give-back", at_once=True)
registry.subscribe(imports.ASKED, imports.run, name="vetting.import", own_transaction=True)
registry.subscribe(mail.TELL_NOMINATOR, mail.tell_nominator, name="vetting.tell-nominator")
registry.subscribe(mail.TELL_APPROVER, mail.tell_approver, name="vetting.tell-approver")
registry.subscribe(mail.TELL_SUSPENDED, mail.tell_suspended, name="vetting.tell-suspended")
registry.every("vetting.tell-nominators", seconds=30, run=watch.tell_nominators)
registry.daily("vetting.tell-approvers", hour=6, run=watch.tell_approvers)
registry.daily("vetting.tell-suspended", hour=6, run=watch.tell_suspended)
