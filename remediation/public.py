"""What anybody may read, without signing in: units that are ineligible under the State law and published.

Nothing here says a word about what is not published: no counts of it, no gaps in numbers, no order or time
that moves with it; and of a country that there is not, or that has nothing published, the same is said.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.http import HttpResponse

from remediation.models import Publication

CACHED = "public, max-age=300"  # seconds: a lift is seen by everybody within five minutes
HEADINGS = ("country", "unit", "other_names", "law", "citation", "ineligible_since", "published_on")


@dataclass(frozen=True)
class Ineligible:
    country: str
    unit: str
    law: str
    citation: str
    ineligible_since: dt.date
    published_on: dt.date | None
    other_names: list[str] = field(default_factory=list)

    @property
    def cells(self) -> tuple[object, ...]:
        return (
            self.country, self.unit, "; ".join(self.other_names), self.law, self.citation,
            self.ineligible_since, self.published_on,
        )  # fmt: skip


def ineligible(country: str = "") -> list[Ineligible]:
    """By country and name, so that their order says nothing of when they were decided."""
    published = Publication.objects.public().select_related("restriction__subject")
    if country:
        published = published.filter(country_id=country.upper())
    found = published.prefetch_related("restriction__subject__names")
    return sorted((_shown(each) for each in found), key=lambda each: (each.country, each.unit.casefold()))


def _shown(publication: Publication) -> Ineligible:
    restriction, subject = publication.restriction, publication.restriction.subject
    return Ineligible(
        country=publication.country_id,
        unit=subject.name,
        law=restriction.law,
        citation=restriction.citation,
        ineligible_since=restriction.since,
        published_on=publication.published_on,
        other_names=[each.text for each in subject.names.all() if each.text != subject.name],
    )


def cached(response: HttpResponse) -> HttpResponse:
    """Anybody's copy is everybody's: no cookie, nothing of a reader in it."""
    response["Cache-Control"] = CACHED
    return response
