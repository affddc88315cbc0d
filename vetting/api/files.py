"""Files that calls answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse

from vetting.intake.out import safe_csv
from vetting.intake.template import MEDIA_TYPE_CSV


def file_answer(name: str, content: bytes, media_type: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})


def csv_file(name: str, headings: Iterable[object], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """No cell of it is run by any spreadsheet program."""
    return file_answer(name, safe_csv(headings, rows), MEDIA_TYPE_CSV)
