"""This room's kinds of determination, handed to signing at start-up."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from evidence.protection import sealed_among
from foundation.accounts.models import User
from foundation.refused import NotNow
from foundation.signing.kinds import Kind
from foundation.signing.models import Determination
from units.models import Subject
from vetting.actions import checks, decide, ends, frozen, frozen_restriction, gates, restrict, rows
from vetting.models import Case, Check, Status
from vetting.models.cases import RECOMMENDED
from vetting.permissions import CasePerm, RestrictionPerm
from vetting.rules import bars
from vetting.rules import cases as case_rules
from vetting.rules import checks as check_rules


class OfCase(Kind):
    """A determination on a case: while it waits, the case is *recommended*."""

    view_perm = CasePerm.VIEW
    sign_perm = CasePerm.APPROVE
    status: Status

    def find(self, determination: Determination) -> Case:
        return Case.objects.get(pk=_target(determination))

    def lock(self, determination: Determination) -> Case:
        return Case.objects.locked(_target(determination))

    def is_sealed(self, user: User, determination: Determination) -> bool:
        """The others' findings stand in its text: whoever still owes one in their stage reads it later. And
        nobody reads or signs it who may not read the evidence that it rests on."""
        if sealed_among(user, [determination]):
            return True
        checks = Check.objects.filter(case=_target(determination)).select_related("case", "queue")
        return any(
            check_rules.is_sealed(user, check) for check in checks.prefetch_related("case__checks__queue")
        )

    def check_may_sign(self, user: User, thing: Case) -> None:
        case_rules.check_can_approve(user, thing, self.status)

    def not_for(self, user: User, waiting: list[Determination]) -> set[UUID]:
        """Only the seal: whatever else would stand against one of them has overtaken it."""
        sealed = check_rules.sealed_among(user, [_target(each) for each in waiting])
        return {each.pk for each in waiting if _target(each) in sealed} | sealed_among(user, waiting)

    def check_still_stands(self, determination: Determination, thing: Case) -> None:
        if changed := frozen.changed_since(determination.payload, thing):
            raise NotNow(
                f"What this rests on is not as it was recommended any more ({', '.join(changed)}):"
                " return it, to be recommended anew."
            )

    def when_closed(self, determination: Determination, thing: Case, by: User | None) -> None:
        if thing.status in RECOMMENDED:
            thing.unrecommend()
            ends.save(thing)
            rows.refresh([thing])


class Clear(OfCase):
    name = "clear"
    label = "Clear"
    status = Status.CLEAR_RECOMMENDED

    def check_still_stands(self, determination: Determination, thing: Case) -> None:
        """The gates are asked once more, whatever anybody told."""
        gates.ask_anew(thing.nomination, gates.DECISION)
        super().check_still_stands(determination, thing)

    def when_signed(self, determination: Determination, thing: Case, by: User) -> None:
        decide.cleared(thing, by=by, digest=determination.digest)


class Withhold(OfCase):
    name = "withhold"
    label = "Withhold"
    status = Status.WITHHOLD_RECOMMENDED

    def when_signed(self, determination: Determination, thing: Case, by: User) -> None:
        decide.withheld(thing, determination=determination, by=by)


class CheckSkip(Kind):
    name = "check-skip"
    label = "Skip a check"
    view_perm = CasePerm.VIEW
    sign_perm = CasePerm.APPROVE

    def find(self, determination: Determination) -> Check:
        return Check.objects.select_related("case", "queue").get(pk=_target(determination))

    def lock(self, determination: Determination) -> Check:
        check = self.find(determination)
        case = Case.objects.locked(check.case_id)
        check = Check.objects.select_related("queue").locked(check.pk)
        check.case = case
        return check

    def check_may_sign(self, user: User, thing: Check) -> None:
        check_rules.check_skippable(thing)

    def not_for(self, user: User, waiting: list[Determination]) -> set[UUID]:
        """Work on its case has stopped: asked about, suspended, recommended."""
        skippable = Check.objects.waiting().filter(pk__in=[_target(each) for each in waiting])
        signable = set(skippable.values_list("pk", flat=True))
        return {each.pk for each in waiting if _target(each) not in signable}

    def when_signed(self, determination: Determination, thing: Check, by: User) -> None:
        checks.skip(thing, reason=determination.payload["reason"], by=determination.recommended_by)

    def when_closed(self, determination: Determination, thing: Check, by: User | None) -> None:
        pass


class Restrict(Kind):
    """A subject that nobody nominated, or another law: restricted without a case."""

    name = "restrict"
    label = "Restrict"
    view_perm = RestrictionPerm.VIEW
    sign_perm = CasePerm.APPROVE

    def is_sealed(self, user: User, determination: Determination) -> bool:
        """Nobody reads or signs it who may not read the evidence that it rests on."""
        return bool(sealed_among(user, [determination]))

    def find(self, determination: Determination) -> Subject:
        return Subject.objects.select_related("country").get(pk=determination.subject_id)

    def lock(self, determination: Determination) -> Subject:
        """The cases that it could end first, as at every door; then the subject."""
        restrict.locked(bars.cases_touched(UUID(determination.subject_id)))
        return Subject.objects.select_related("country").locked(determination.subject_id)

    def not_for(self, user: User, waiting: list[Determination]) -> set[UUID]:
        """Only the seal: whatever else would stand against one of them is found at the signature."""
        return set(sealed_among(user, waiting))

    def check_still_stands(self, determination: Determination, thing: Subject) -> None:
        if changed := frozen_restriction.changed_since(determination.payload, thing):
            raise NotNow(
                f"What this rests on is not as it was recommended any more ({', '.join(changed)}):"
                " return it, to be recommended anew."
            )

    def follows(self, determination: Determination) -> list[str]:
        return [
            "A restriction begins at once, under this law only.",
            "Every open case and live clearance that it reaches is barred or recalled, and later ones too.",
            "It opens a notification of the government, a remediation file and, for a unit under the State"
            " law, a publication.",
        ]

    def home(self, determination: Determination) -> tuple[str, str]:
        of = "unit" if determination.subject_kind == "unit" else "individual"
        return (f"The {of}’s page", reverse(of, args=[determination.subject_id]))

    def when_signed(self, determination: Determination, thing: Subject, by: User) -> None:
        restrict.restricted(thing, determination=determination, by=by)

    def when_closed(self, determination: Determination, thing: Subject, by: User | None) -> None:
        pass


def _target(determination: Determination) -> UUID:
    return UUID(determination.target.partition(":")[2])


KINDS = (Clear(), Withhold(), CheckSkip(), Restrict())
