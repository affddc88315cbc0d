"""Narrowing a list: declared parameters only, an unknown one is named, `q` finds references and ids."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, UUIDField
from django_filters import rest_framework as filters
from django_filters.rest_framework import FilterSet
from rest_framework.request import Request

from foundation.doors.text import NotText, cleaned
from foundation.refused import Invalid, Problem

__all__ = ["Backend", "FilterSet", "check_parameters", "found_by"]

LONGEST = 200  # characters of one value


class Backend(filters.DjangoFilterBackend):
    """django-filter, whose complaints name the parameter: a pointer would point into no body."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise Invalid.of(
                Problem("invalid-parameter", f"?{name}=: {sentence}")
                for name, sentences in filterset.errors.items()
                for sentence in sentences
            )
        return filterset.qs


def check_parameters(request: Request, known: Iterable[str]) -> None:
    """Raises Invalid with every unknown, repeated or unreadable parameter."""
    known = list(known)
    wrong = [
        problem
        for name, values in request.query_params.lists()
        for problem in _wrong_with(name, values, known)
    ]
    if wrong:
        raise Invalid.of(wrong)


def _wrong_with(name: str, values: list[str], known: list[str]) -> Iterable[Problem]:
    if name not in known:
        there = f"There are: {', '.join(known)}." if known else "There are none here."
        yield Problem("unknown-parameter", f"There is no parameter “{name[:60]}” here. {there}")
    elif len(values) > 1:
        yield Problem("repeated-parameter", f"?{name}= was given {len(values)} times. Give it once.")
    elif len(values[0]) > LONGEST and name != "cursor":
        yield Problem("invalid-parameter", f"?{name}= is longer than {LONGEST} characters.")
    else:
        try:
            cleaned(values[0], multiline=False)
        except NotText as wrong:
            yield Problem("invalid-parameter", f"?{name}=: {str(wrong).replace('This field', 'It')}")


def found_by(queryset: QuerySet[Any], q: str, fields: Iterable[str]) -> QuerySet[Any]:
    """Rows whose reference begins with `q`, or whose id it is. Never names: those stand in no URL."""
    wanted = Q()
    for field in fields:
        wanted |= Q(**{f"{field}__istartswith": q})
    return queryset.filter(wanted | _is_id(queryset, q))


def _is_id(queryset: QuerySet[Any], q: str) -> Q:
    key = queryset.model._meta.pk
    try:
        return Q(pk=uuid.UUID(q) if isinstance(key, UUIDField) else key.to_python(q))
    except (ValidationError, ValueError):
        return Q(pk__in=[])
