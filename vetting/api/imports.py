"""nominations/template.csv and .xlsx: the file to fill in for nominations/import/."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from foundation.doors.filters import check_parameters
from foundation.doors.held import Held
from foundation.doors.schema import a_file
from foundation.doors.views import DoorView
from vetting.api.files import file_answer
from vetting.api.nominations import WHO
from vetting.intake.template import MEDIA_TYPE_CSV, MEDIA_TYPE_XLSX, template_csv, template_xlsx
from vetting.lookups import for_nominator


class TemplateCsv(Held, DoorView):
    """The headings, ready to fill in."""

    held = WHO
    described = {"get": a_file("text/csv")}

    def get(self, request: Request) -> HttpResponse:
        check_parameters(request, ())
        return file_answer("template.csv", template_csv(), MEDIA_TYPE_CSV)


class TemplateXlsx(Held, DoorView):
    """The headings with lists to choose from, instructions, and the codes of countries."""

    held = WHO
    described = {"get": a_file(MEDIA_TYPE_XLSX)}

    def get(self, request: Request) -> HttpResponse:
        check_parameters(request, ())
        user: Any = request.user
        return file_answer("template.xlsx", template_xlsx(for_nominator(user)), MEDIA_TYPE_XLSX)
