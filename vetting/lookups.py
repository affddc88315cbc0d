"""What intake must know of the world to check a nomination, narrowed to the person who nominates."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django_countries.data import COUNTRIES

from foundation.accounts import reach
from foundation.accounts.models import Country, Organisation, User
from units.models import Kind
from vetting.intake.lookups import Lookups
from vetting.intake.lookups import Program as KnownProgram
from vetting.models import Case, Nomination, Program
from vetting.permissions import NominationPerm


def for_nominator(user: User) -> Lookups:
    """Organisations, countries and units of this person's own, and the world's countries for nationality."""
    organisations = Organisation.objects.filter(reach.within(user, NominationPerm.NOMINATE, pk=Organisation))
    own = [str(pk) for pk in organisations.values_list("pk", flat=True)]
    here = list(Country.objects.all())

    @cache
    def units() -> set[str]:
        """All at once, and only where a unit is named by its id: a class may name hundreds."""
        cases = Case.objects.filter(kind=Kind.UNIT, nomination__organisation__in=own)
        return {str(pk) for pk in cases.values_list("subject_id", flat=True).distinct()}

    def reference_taken(organisation: str, reference: str) -> bool:
        return (
            is_id(organisation)
            and Nomination.objects.filter(organisation=organisation, reference=reference).exists()
        )

    return Lookups(
        countries={code: [str(name)] for code, name in COUNTRIES.items()}
        | {each.code: [each.name] for each in here},
        programs={each.code: KnownProgram(each.name, tuple(each.laws)) for each in Program.objects.all()},
        organisations=own,
        nomination_countries=list(
            Country.objects.filter(organisations__in=organisations).values_list("code", flat=True).distinct()
        ),
        knows_unit=lambda unit: unit in units(),
        reference_taken=reference_taken,
        demonyms={each.code: each.demonyms for each in here},
    )


def is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
