"""One thing of the way back in every state that an act asks for."""

from __future__ import annotations

from typing import Any

from foundation.accounts.models import User
from remediation.actions import informing, publication
from tests.support import evidence
from tests.support import wayback as way
from vetting.days import today

TEXT = "Assistance is withheld. We ask you to inquire."


def things(people: dict[str, User]) -> dict[str, Any]:
    remediation = people["remediation"]
    restricted = {
        name: way.restricted(way.a_unit(people, f"{number}th Shoal Company"), people)
        for number, name in enumerate(("open", "ready", "closed", "drafted", "delivered"), 11)
    }
    files = {name: way.file_of(each.subject) for name, each in restricted.items()}
    for name in ("ready", "closed"):
        way.remedied(restricted[name].subject, people)
    way.signed(way.lift(files["closed"], people), people)
    of = way.named(files["open"], people)
    first, done, verified = (way.step_set(of, people) for _ in range(3))
    way.completed(done, people)
    way.verified(verified, people)
    notices = {name: each.notifications.get() for name, each in restricted.items()}
    for name in ("drafted", "delivered"):
        informing.draft(notification=notices[name], on=today(), text=TEXT, by=remediation)
    informing.deliver(notification=notices["delivered"], on=today(), to="Ministry", by=remediation)
    publication.publish(publication=restricted["drafted"].publication, by=people["publication"])
    loose = way.a_unit(people, "31st Shoal Company")
    return {
        "file": files["open"], "ready file": files["ready"], "closed file": files["closed"],
        "responsible": of, "step": first, "done step": done, "verified step": verified,
        "closed step": files["closed"].steps.all()[0], "notification": notices["open"],
        "drafted": notices["drafted"], "delivered": notices["delivered"],
        "publication": restricted["open"].publication, "published": restricted["drafted"].publication,
        "loose unit": loose, "loose allegation": evidence.credible(loose, people["drl"])[0],
        "loose incident": evidence.an_incident(people["drl"], title="At the shoal"),
    }  # fmt: skip
