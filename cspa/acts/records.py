"""Listings, waivers, reinstatements and list years: what is recorded, recommended and corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from cspa.actions import corrections, listings, reliefs, years
from cspa.acts.parts import (
    Ended,
    ReliefFields,
    citation_field,
    confidence_field,
    country_field,
    year_field,
)
from cspa.models import Force, Reinstatement, Waiver
from cspa.recommended import Recommended
from cspa.rules import reliefs as relief_rules
from cspa.rules import who
from cspa.rules.years import not_yet, wrong_listing
from foundation.doors.acts import Act, Acts
from foundation.doors.fields import Day, ReachRelatedField, Text
from foundation.doors.serializers import StrictSerializer
from foundation.refused import Problem

# --- listings ---


def forces_field(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(Force.choices),
        allow_empty=False,
        max_length=2,
        label="Forces",
        **options,
    )


class ListingBody(StrictSerializer):
    country = country_field()
    list_year = year_field("List year")
    forces = forces_field()
    finding = Text(multiline=True, label="Finding")
    citation = citation_field()
    confidence = confidence_field()

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from wrong_listing(found)


class ListingChanges(StrictSerializer):
    forces = forces_field(required=False)
    finding = Text(multiline=True, required=False, label="Finding")
    citation = citation_field(required=False)
    confidence = confidence_field(required=False)
    ended = Ended(required=False, label="Recorded in error")


# --- waivers and reinstatements ---


class ReliefBody(ReliefFields):
    relief = ""

    country = country_field()
    fiscal_year = year_field("Fiscal year")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        parts = None if "parts" in self.unread else found.get("parts", [])
        yield from relief_rules.wrong(self.relief, {**found, "parts": parts}, programs=False)


class WaiverBody(ReliefBody):
    relief = "waiver"
    replaces = ReachRelatedField(Waiver, required=False, allow_null=True, label="Replaces")


class ReinstatementBody(ReliefBody):
    relief = "reinstatement"
    replaces = ReachRelatedField(Reinstatement, required=False, allow_null=True, label="Replaces")


class ReliefChanges(ReliefFields):
    partly = True

    confidence = confidence_field(required=False)
    ended = Ended(required=False, label="Recorded in error")


# --- corrections ---


class CorrectionBody(StrictSerializer):
    """`{changes, reason}`: a correction is a new version, and says why."""

    reason = Text(multiline=True, label="Reason")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        thing, changes = self.context.get("thing"), found.get("changes")
        if changes == {}:
            yield Problem("nothing-changed", "Changes: name at least one field to correct.", "/changes")
        elif changes and thing is not None:
            yield from corrections.wrong(thing, changes, programs=False)


class ListingCorrection(CorrectionBody):
    changes = ListingChanges()


class ReliefCorrection(CorrectionBody):
    changes = ReliefChanges()


# --- list years ---


class ConfirmBody(StrictSerializer):
    citation = citation_field()
    published_on = Day(required=False, allow_null=True, label="Published on")

    def whole(self, found: Mapping[str, Any]) -> Iterable[Problem]:
        yield from not_yet(found, "published_on")


# --- declared ---

RECORD_LISTING = Act(
    "record", who.check_can_record_somewhere, listings.record, body=ListingBody, answers=201,
    label="Record a listing",
)  # fmt: skip
RECOMMEND_WAIVER = Act(
    "recommend", who.check_can_record_somewhere, reliefs.recommend_waiver, body=WaiverBody, answers=201,
    answer=Recommended, fresh=True, label="Recommend a waiver",
)  # fmt: skip
RECOMMEND_REINSTATEMENT = Act(
    "recommend", who.check_can_record_somewhere, reliefs.recommend_reinstatement, body=ReinstatementBody,
    answers=201, answer=Recommended, fresh=True, label="Recommend a reinstatement",
)  # fmt: skip


def _correct(body: type[CorrectionBody]) -> Acts:
    return Acts(
        Act("correct", who.check_can_correct, corrections.recommend, "thing", body, answers=201,
            answer=Recommended, fresh=True, label="Recommend a correction"),
    )  # fmt: skip


LISTING_ACTS = _correct(ListingCorrection)
RELIEF_ACTS = _correct(ReliefCorrection)
# It changes nothing of the year itself, and the year may not be on record yet: there is no version to name.
YEAR_ACTS = Acts(
    Act("recommend-confirmed", who.check_can_confirm, years.recommend_confirmed, "year", ConfirmBody,
        answers=201, answer=Recommended, fresh=True, label="Recommend as complete", conditional=False),
)  # fmt: skip
