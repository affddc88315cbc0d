"""What views of protected things share: reading is an event; every version; who would see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.request import Request

from foundation.doors.reader import reader
from foundation.doors.schema import Described
from foundation.doors.views import Reach, json_answer
from foundation.sources import protection, versions
from foundation.sources.serializers import VersionsOut


class ProtectedMixin(Reach):
    """`reads(user, thing)` opens what is protected of a thing; `KIND` is how its versions are named."""

    KIND: str
    PROTECTED: Sequence[str] = ()  # of a version's fields
    reads: Callable[[Any, Any], bool]
    listed_in_clear = True  # whether a list shows what is protected
    same_tag_same_answer = False  # what is masked depends on who asks
    described = {"versions": Described(answer=VersionsOut)}

    def note_read(self, things: Sequence[Any]) -> None:
        user = reader(self.request)
        read = [each for each in things if type(self).reads(user, each)]
        protection.note_read(user, read, what=self.KIND)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        thing = self.get_object()
        response: HttpResponse = super().retrieve(request, *args, **kwargs)
        self.note_read([thing])
        return response

    def paginate_queryset(self, queryset: QuerySet[Any]) -> Any:
        page = super().paginate_queryset(queryset)
        if self.listed_in_clear:
            self.note_read(page or [])
        return page

    @action(detail=True, url_path="versions")
    def versions(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Every version as it was written, the first first."""
        thing = self.get_object()
        self.check_parameters()
        reads = type(self).reads(reader(request), thing)
        found = [self._version(each, reads) for each in versions.of(self.KIND, thing.pk)]
        self.note_read([thing])
        return json_answer(VersionsOut({"results": found}).data)

    def _version(self, written: Any, reads: bool) -> dict[str, Any]:
        content = dict(written.content)
        if not reads:
            content |= {name: None for name in self.PROTECTED if name in content}
        by = written.by.username if written.by else None
        return {
            "version": written.version,
            "content": content,
            "reason": written.reason if reads else "",
            "by": by,
            "at": written.at,
        }
