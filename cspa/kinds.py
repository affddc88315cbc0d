"""The kinds of determination handed to signing at start-up. Each locks its listing or record first."""

from __future__ import annotations

from typing import Any

from cspa.actions import corrections, reliefs, years
from cspa.models import Listing, ListYear
from cspa.permissions import CspaPerm
from foundation.accounts.models import User
from foundation.signing.kinds import Kind
from foundation.signing.models import Determination


class OfRecord(Kind):
    """Nothing of the record moves while it waits, and nothing is undone when it is closed."""

    view_perm = CspaPerm.VIEW
    sign_perm = CspaPerm.APPROVE

    def not_for(self, user: User, waiting: list[Determination]) -> set[Any]:
        return set()  # nothing is sealed, and whatever would stand against one has overtaken it

    def when_closed(self, determination: Determination, thing: Any, by: User | None) -> None:
        pass


class OfRelief(OfRecord):
    relief: str

    def find(self, determination: Determination) -> Listing:
        return Listing.objects.get(pk=_target(determination))

    def lock(self, determination: Determination) -> Listing:
        return Listing.objects.locked(_target(determination))

    def check_still_stands(self, determination: Determination, thing: Listing) -> None:
        reliefs.check_still_stands(self.relief, determination.payload)

    def when_signed(self, determination: Determination, thing: Listing, by: User) -> None:
        reliefs.write(self.relief, determination, thing, by=by)


class OfWaiver(OfRelief):
    name = "cspa-waiver"
    label = "Waiver of a child-soldier listing"
    relief = "waiver"


class OfReinstatement(OfRelief):
    name = "cspa-reinstatement"
    label = "Reinstatement after a child-soldier listing"
    relief = "reinstatement"


class OfListYear(OfRecord):
    name = "cspa-list-year"
    label = "Child-soldier list confirmed complete"

    def find(self, determination: Determination) -> ListYear:
        return ListYear.objects.get(pk=_target(determination))

    def lock(self, determination: Determination) -> ListYear:
        return ListYear.objects.locked(int(_target(determination)))

    def check_still_stands(self, determination: Determination, thing: ListYear) -> None:
        years.check_still_stands(determination.payload, thing)

    def when_signed(self, determination: Determination, thing: ListYear, by: User) -> None:
        years.confirm(thing, determination, by=by)


class OfCorrection(OfRecord):
    name = "cspa-correction"
    label = "Correction of a child-soldier record"

    def find(self, determination: Determination) -> Any:
        return corrections.thing_of(determination)

    def lock(self, determination: Determination) -> Any:
        return corrections.thing_of(determination, locked=True)

    def check_still_stands(self, determination: Determination, thing: Any) -> None:
        corrections.check_still_stands(determination.payload, thing)

    def when_signed(self, determination: Determination, thing: Any, by: User) -> None:
        corrections.correct(thing, determination, by=by)


def _target(determination: Determination) -> str:
    return determination.target.partition(":")[2]


KINDS = (OfWaiver(), OfReinstatement(), OfListYear(), OfCorrection())
