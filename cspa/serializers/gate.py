"""What the gate answers, and the grid, as they are shown."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cspa.judge import Answer, Reason


class GateRecordOut(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="listing, waiver, reinstatement, list-year or coverage")
    id = serializers.CharField()


class GateReasonOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    record = GateRecordOut(allow_null=True)
    citation = serializers.CharField()


class GateYearOut(serializers.Serializer[Any]):
    fiscal_year = serializers.IntegerField()
    state = serializers.CharField()


class GateAnswerOut(serializers.Serializer[Any]):
    country = serializers.CharField()
    fiscal_year = serializers.IntegerField(
        help_text="The one whose answer stands: the worst that is touched."
    )
    state = serializers.CharField()
    conditions = serializers.ListField(child=serializers.CharField())
    reasons = GateReasonOut(many=True)
    years = GateYearOut(many=True)


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """`{state, conditions, reasons, years}`, as calls answer it and cases keep it."""
    return {
        "state": answer.state,
        "conditions": list(answer.conditions),
        "reasons": [reason_as_json(each) for each in answer.reasons],
        "years": [{"fiscal_year": each.fiscal_year, "state": each.state} for each in answer.years],
    }


def reason_as_json(reason: Reason) -> dict[str, Any]:
    record = {"kind": reason.record[0], "id": reason.record[1]} if reason.record else None
    return {"text": reason.text, "record": record, "citation": reason.citation}


class GridCellOut(serializers.Serializer[Any]):
    fiscal_year = serializers.IntegerField()
    state = serializers.CharField()
    words = serializers.CharField(help_text="The same for people: waived in part, then in full.")
    records = GateRecordOut(many=True)


class GridRowOut(serializers.Serializer[Any]):
    country = serializers.CharField()
    cells = GridCellOut(many=True)


class GridOut(serializers.Serializer[Any]):
    years = serializers.ListField(child=serializers.IntegerField())
    rows = GridRowOut(many=True)
