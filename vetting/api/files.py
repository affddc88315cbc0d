"""Files that calls answer."""

from __future__ import annotations

from django.http import HttpResponse


def file_answer(name: str, content: bytes, media_type: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})
