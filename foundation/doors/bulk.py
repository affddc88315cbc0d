"""The same act on many things: one transaction and one result for each, never a second path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import DatabaseError
from django.db.models import QuerySet
from rest_framework import serializers

from foundation.doors.acts import Act
from foundation.doors.carry_out import Asking, carry_out
from foundation.doors.etags import etag_of
from foundation.doors.fields import Text
from foundation.doors.finding import found_among
from foundation.doors.problems import KINDS, kind_of
from foundation.doors.refusals import Attempt, record
from foundation.doors.serializers import StrictSerializer
from foundation.doors.transact import is_away
from foundation.refused import Problem, Refused

MOST = 500  # things in one call


@dataclass(frozen=True)
class Bulk:
    """An act on many ids: its body, and `ids`; what is `fixed` is not asked for."""

    act: Act
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.act.fresh:
            raise ValueError("What asks for the password again is done one by one.")

    @cached_property
    def body(self) -> type[StrictSerializer]:
        base = self.act.body or StrictSerializer
        ids = serializers.ListField(child=Text(max_length=100), allow_empty=False, max_length=MOST)
        fields = {"ids": ids, **dict.fromkeys(self.fixed)}  # None takes an inherited field away
        return type(f"Many{base.__name__}", (base,), fields)


class BulkResult(serializers.Serializer[Any]):
    id = serializers.CharField()
    status = serializers.IntegerField(help_text="As if it had been asked for alone: 200, 403, 404, 409.")
    etag = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)
    errors = serializers.ListField(child=serializers.DictField(), required=False)  # type: ignore[assignment]


class BulkAnswer(serializers.Serializer[Any]):
    results = BulkResult(many=True)


def each(bulk: Bulk, said: Mapping[str, Any], *, queryset: QuerySet[Any], by: Any) -> list[dict[str, Any]]:
    """Do it to each of `said["ids"]`, in the order they were sent; each refusal is recorded."""
    ids = list(dict.fromkeys(said["ids"]))
    body = {**{name: value for name, value in said.items() if name != "ids"}, **bulk.fixed}
    found = found_among(queryset, ids)
    results = {pk: _one(bulk.act, _anew(found.get(pk)), body, by) for pk in ids}
    now = found_among(queryset, (pk for pk, result in results.items() if result["status"] == 200))
    return [{"id": pk, **result, **_etag(now.get(pk), by)} for pk, result in results.items()]


def _anew(thing: Any) -> Any:
    """Read again: what was done to the one before may have changed what may be done to this one."""
    return thing and type(thing)._default_manager.filter(pk=thing.pk).first()


def _one(act: Act, thing: Any, body: Mapping[str, Any], by: Any) -> dict[str, Any]:
    if thing is None:
        return _refused("not-found")
    try:
        carry_out(
            Asking(
                act=act,
                by=by,
                thing=thing,
                body=lambda: body,
                answer=lambda thing, result: None,
                fresh=lambda: False,
            )
        )
    except Refused as refused:
        record(refused, by=by, tried=Attempt(act.name, thing))
        return _refused(kind_of(refused), refused.sentence, refused.problems)
    except DatabaseError as error:
        if not is_away(error):
            raise
        return _refused("unavailable")
    return {"status": 200}


def _etag(thing: Any, user: Any) -> dict[str, str]:
    etag = etag_of(thing, user) if thing is not None else None
    return {"etag": etag} if etag else {}


def _refused(kind: str, detail: str = "", problems: tuple[Problem, ...] = ()) -> dict[str, Any]:
    known = KINDS[kind]
    return {
        "status": known.status,
        "detail": detail or known.detail,
        "errors": [problem.as_dict() for problem in problems],
    }
