"""This room's kinds of determination, handed to signing at start-up."""

from __future__ import annotations

from uuid import UUID

from foundation.accounts.models import User
from foundation.refused import NotNow
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
        file_rules.check_open(thing)

    def check_still_stands(self, determination: Determination, thing: Remediation) -> None:
        """Whether it may be lifted still, and on what was read."""
        payload, matrix = determination.payload, Matrix(thing)
        lifting.check_ready(matrix, determination.law, payload["grounds"])
        if changed := frozen.changed_since(payload, matrix):
            raise NotNow(CHANGED.format(", ".join(changed)))

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

    def when_signed(self, determination: Determination, thing: Publication, by: User) -> None:
        publication.excepted(thing, determination=determination, by=by)

    def when_closed(self, determination: Determination, thing: Publication, by: User | None) -> None:
        pass


def _target(determination: Determination) -> UUID:
    return UUID(determination.target.split(":")[1])


KINDS = (Lift(), PublicationException())
