"""What follows whenever an allegation is new, corrected or assessed: whoever rests on it is told."""

from __future__ import annotations

from evidence import facts
from evidence.models import Allegation
from evidence.protection import ALLEGATION
from foundation.accounts.models import User
from foundation.outbox import actions as outbox
from foundation.signing import actions as signing


def told_anew(allegation: Allegation, *, changed: str, by: User | None, fact: str = facts.ALLEGED) -> None:
    """`changed`: the sentence shown with a determination that this overtakes."""
    signing.overtake(kind=ALLEGATION, ref=allegation.pk, changed=changed, by=by)
    against = [str(allegation.perpetrator_id)] if allegation.perpetrator_id else []
    outbox.tell(fact, allegation=str(allegation.pk), subjects=against)
