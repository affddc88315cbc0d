"""cspa/gate/: may this go ahead, and why. cspa/grid/: every country, year by year."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from cspa import asked, gate
from cspa.api.records import HELD
from cspa.grid import Cell, countries_in_reach, grid
from cspa.judge import Answer
from cspa.serializers.gate import GateAnswerOut, GridOut, answer_as_json
from foundation.accounts.models import Country
from foundation.doors.filters import check_parameters
from foundation.doors.finding import found_among
from foundation.doors.held import Held
from foundation.doors.reader import reader
from foundation.doors.schema import Described
from foundation.doors.views import DoorView, json_answer
from foundation.refused import Invalid, Problem

DAY = OpenApiTypes.DATE
QUESTION = (
    OpenApiParameter("country", str, required=True),
    OpenApiParameter(
        "on", DAY, description="Or “from” and “to”: every fiscal year touched, the worst stands."
    ),
    OpenApiParameter("from", DAY),
    OpenApiParameter("to", DAY),
    OpenApiParameter("program", str, required=True),
    OpenApiParameter("purpose", str),
)


class GateView(Held, DoorView):
    held = HELD
    described = {"get": Described(answer=GateAnswerOut, parameters=QUESTION)}

    def get(self, request: Request) -> HttpResponse:
        check_parameters(request, [each.name for each in QUESTION])
        country = self._country(request.query_params.get("country", ""))
        question = asked.question(request.query_params)
        answer = gate.ask(country, question.days, question.program, question.purpose)
        return json_answer(GateAnswerOut({"country": country.pk, **_shown(answer)}).data)

    def _country(self, code: str) -> Country:
        if not code:
            raise Invalid(Problem("invalid-parameter", "?country=: name a country, by its code."))
        found = found_among(countries_in_reach(reader(self.request)), [code])
        if code not in found:
            raise Http404
        return found[code]


def _shown(answer: Answer) -> dict[str, Any]:
    worst = next(year for year in answer.years if year.state == answer.state)
    return {"fiscal_year": worst.fiscal_year, **answer_as_json(answer)}


class GridView(Held, DoorView):
    held = HELD
    described = {
        "get": Described(
            answer=GridOut,
            parameters=(
                OpenApiParameter("from", int, description="A fiscal year."),
                OpenApiParameter("to", int, description="A fiscal year."),
            ),
        )
    }

    def get(self, request: Request) -> HttpResponse:
        check_parameters(request, ("from", "to"))
        years = asked.years(request.query_params)
        rows = grid(countries_in_reach(reader(request)), years)
        shown = [{"country": row.country.pk, "cells": [_cell(each) for each in row.cells]} for row in rows]
        return json_answer(GridOut({"years": years, "rows": shown}).data)


def _cell(cell: Cell) -> dict[str, Any]:
    records = [{"kind": kind, "id": pk} for kind, pk in cell.records]
    return {"fiscal_year": cell.fiscal_year, "state": cell.state, "words": cell.words, "records": records}
