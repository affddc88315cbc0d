"""This room's kinds of determination, handed to signing at start-up."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from evidence.protection import reads_incident
from foundation.accounts.models import User
from foundation.refused import NotNow, NotYours
from foundation.signing.kinds import Kind
from foundation.signing.models import Determination
from remediation.actions import frozen, lifting, publication
from remediation.matrix import Matrix
from remediation.models import Publication, Remediation
from remediation.permissions import PublicationPerm, RemediationPerm
from remediation.rules import files as file_rules
from remediation.rules import publication as publication_rules
from vetting.actions import restrict
from vetting.permissions import CasePerm
from vetting.rules import bars

CHANGED = "What this rests on is not as it was recommended any more ({}): return it, to be recommended anew."


class Lift(Kind):
    """A restriction is lifted: one law, one subject."""

    name = "lift"
    label = "Lift a restriction"
    view_perm = RemediationPerm.VIEW
    sign_perm = CasePerm.APPROVE

    def find(self, determination: Determination) -> Remediation:
        return Remediation.objects.select_related("subject__country", "country").get(
            pk=_target(determination)
        )

    def lock(self, determination: Determination) -> Remediation:
        """The cases whose recommendations it may overtake first, as at every door; then the file."""
        restrict.locked(bars.cases_touched(UUID(determination.subject_id)))
        Remediation.objects.locked(_target(determination))
        return self.find(determination)

    def check_may_sign(self, user: User, thing: Remediation) -> None:
        """Whoever may not read an incident of the file, or one behind the restriction, does not sign for it.
        Its text holds nothing protected, and is read by all who read the file."""
        file_rules.check_open(thing)
        incidents = [each.incident for each in thing.incidents.select_related("incident")]
        alleged = [each.allegation.incident for each in frozen.weighed(Matrix(thing))]
        if not all(reads_incident(user, each) for each in [*incidents, *alleged]):
            raise NotYours("It rests on what is protected from you: somebody who reads it must approve it.")

    def check_still_stands(self, determination: Determination, thing: Remediation) -> None:
        """Whether it may be lifted still, and on what was read."""
        payload, matrix = determination.payload, Matrix(thing)
        lifting.check_ready(matrix, determination.law, payload["grounds"])
        if changed := frozen.changed_since(payload, matrix):
            raise NotNow(CHANGED.format(", ".join(changed)))

    def follows(self, determination: Determination) -> list[str]:
        return [
            "This restriction ends today, under this law only; no other restriction is touched.",
            "The cases that it had barred are offered to be reopened: none reopens by itself.",
            "Of a published unit, the public list drops it at once.",
        ]

    def home(self, determination: Determination) -> tuple[str, str]:
        return ("The remediation file", reverse("remediation", args=[_target(determination)]))

    def when_signed(self, determination: Determination, thing: Remediation, by: User) -> None:
        lifting.lifted(thing, determination=determination, by=by)

    def when_closed(self, determination: Determination, thing: Remediation, by: User | None) -> None:
        pass


class PublicationException(Kind):
    """Not to publish a unit, with a written justification that was reported."""

    name = "publication-exception"
    label = "Except from publication"
    view_perm = PublicationPerm.VIEW
    sign_perm = CasePerm.APPROVE

    def find(self, determination: Determination) -> Publication:
        found = Publication.objects.select_related("restriction__subject", "country")
        return found.get(pk=_target(determination))

    def lock(self, determination: Determination) -> Publication:
        Publication.objects.locked(_target(determination))
        return self.find(determination)

    def check_may_sign(self, user: User, thing: Publication) -> None:
        publication_rules.check_in_force(thing)

    def follows(self, determination: Determination) -> list[str]:
        return [
            "The unit stays off the public list. It may still be published later.",
            "The public reads nothing of it, and nothing of this exception.",
        ]

    def home(self, determination: Determination) -> tuple[str, str]:
        return ("The publication", reverse("publication", args=[_target(determination)]))

    def when_signed(self, determination: Determination, thing: Publication, by: User) -> None:
        publication.excepted(thing, determination=determination, by=by)

    def when_closed(self, determination: Determination, thing: Publication, by: User | None) -> None:
        pass


def _target(determination: Determination) -> UUID:
    return UUID(determination.target.split(":")[1])


KINDS = (Lift(), PublicationException())
