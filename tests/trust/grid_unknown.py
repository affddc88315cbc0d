"""Names that nobody offered, sent to every address: as parameters, as fields of a body, within its parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.urls import resolve
from rest_framework import serializers

from config import api
from foundation.doors.cursors import PARAMETERS
from vetting.acts.nominations import CandidateBody, Changes

ROOMS = (
    "remediation",
    "vetting",
    "cspa",
    "screening",
    "evidence",
    "units",
    "signing",
    "sources",
    "doors",
    "accounts",
    "outbox",
    "audit",
)
# What frameworks and habits let a caller say.
ASKED = ("order_by", "ordering", "sort", "fields", "expand", "include", "search", "format", "page", "offset",
         "pk", "id__in", "is_superuser", "groups", "user_permissions", "method", "_method")  # fmt: skip
NAMED = 900  # a thousand problems are named in one answer
SOUND = {"/candidates/0": {"kind": "individual"}}  # what intake reads first, to know what else to read
LOOKUPS = ("startswith", "regex", "isnull", "gt")


@cache
def field_names() -> list[str]:
    """Every column of every model of ours, by each of its two names."""
    columns = [field for label in ROOMS for model in apps.get_app_config(label).get_models()
               for field in model._meta.concrete_fields]  # fmt: skip
    return sorted({name for each in columns for name in (each.name, each.attname)} | set(ASKED))


def model_paths(view: Any) -> list[str]:
    """Of a list's model: its columns, those of what it refers to, and how Django would look them up."""
    model = getattr(view, "model", None)
    columns = [] if model is None else [each for each in model._meta.get_fields() if _has_name(each)]
    paths = [each.name for each in columns]
    for each in columns:
        if each.is_relation and each.related_model:
            paths += [f"{each.name}__{below.name}" for below in each.related_model._meta.concrete_fields]
    return sorted({*paths, *(f"{path}__{lookup}" for path in paths for lookup in LOOKUPS), *ASKED})


def _has_name(field: Any) -> bool:
    return isinstance(field, Field) or field.auto_created


def declared_parameters(view: Any, action: str) -> set[str]:
    filters = getattr(getattr(view, "filterset_class", None), "base_filters", {})
    lists = {*PARAMETERS, *filters, *(["q"] if getattr(view, "q_fields", ()) else [])}
    named = set(getattr(view, "parameters", {}).get(action, ()))
    return named | lists if action == "list" else named


def view_of(path: str) -> tuple[Any, str]:
    """The view that answers there, and which of its methods answers a GET."""
    func: Any = resolve(path).func
    return getattr(func, "cls", func), getattr(func, "actions", {}).get("get", "")


# --- bodies ---


def of_no_box() -> list[str]:
    """The names that stand in no body that any call reads, and so in no form of any page."""
    taken = {"version", "once", "next"}
    for _prefix, view in api.ROUTES:
        bulk = [each.act for each in getattr(view, "bulk_acts", ())]
        lists = (getattr(view, name, {}).values() for name in ("acts", "list_acts"))
        made = [view.creates] if hasattr(view, "creates") else []
        for act in (*bulk, *made, *(act for acts in lists for act in acts)):
            taken |= {name for fields in parts_of(act.body).values() for name in fields}
    return [name for name in field_names() if name not in taken]


def body_of(path: str) -> type[serializers.BaseSerializer[Any]] | None:
    """What a POST to this call reads."""
    view, name = view_of(path)[0], path.rstrip("/").rpartition("/")[2]
    bulk = {each.act.name: each for each in getattr(view, "bulk_acts", ())}
    described = getattr(view, "described", {})
    on_one = len(path.split("/")) > 6  # /api/v1/cases/{id}/clear/ and not /api/v1/cases/clear/
    if on_one and name in getattr(view, "acts", {}):
        return view.acts[name].body
    if name in bulk:
        return bulk[name].body
    if name in getattr(view, "list_acts", {}):
        return view.list_acts[name].body
    if "post" in described:
        return described["post"].body
    return view.creates.body if hasattr(view, "creates") else None


def parts_of(body: type[serializers.BaseSerializer[Any]] | None) -> dict[str, set[str]]:
    """Each object within a body → the fields that it declares; "" is the body itself."""
    if body is None:
        return {"": set()}
    return dict(_parts(body(), ""))


def _parts(part: Any, pointer: str) -> Iterator[tuple[str, set[str]]]:
    many = isinstance(part, serializers.ListSerializer)
    part, pointer = getattr(part, "child", part), f"{pointer}/0" if many else pointer
    fields = part.get_fields() if not hasattr(part, "_declared_fields") else part.fields
    yield pointer, set(fields)
    for name, field in fields.items():
        if isinstance(field, serializers.BaseSerializer):
            yield from _parts(field, f"{pointer}/{name}")
        elif isinstance(field, Changes):
            yield f"{pointer}/{name}", set(CandidateBody().fields)


def stuffed(parts: dict[str, set[str]], names: list[str]) -> dict[str, Any]:
    """A body with all of these names, in itself and in each of its parts, but for what is declared there."""
    body: dict[str, Any] = {}
    for pointer in sorted(parts, key=len):
        at: Any = body
        steps = pointer.split("/")[1:]
        for step, following in zip(steps, [*steps[1:], ""], strict=False):
            at = _into(at, step, following)
        at.update(dict.fromkeys({*names} - parts[pointer], "planted") | SOUND.get(pointer, {}))
    return body


def _into(at: Any, step: str, following: str) -> Any:
    new: Any = [] if following == "0" else {}
    if isinstance(at, list):
        if not at:
            at.append(new)
        return at[0]
    if not isinstance(at.get(step), (dict, list)):
        at[step] = new
    return at[step]


def named_unknown(answer: Any) -> set[str]:
    return {each["pointer"] for each in answer.json()["errors"] if each["code"] == "unknown-field"}


def owed(parts: dict[str, set[str]], names: list[str]) -> set[str]:
    """The pointers that an answer to a stuffed body must name."""
    return {f"{pointer}/{name}" for pointer, known in parts.items() for name in names if name not in known}


def portions(names: Collection[str], parts: int = 1) -> list[list[str]]:
    """An answer names a thousand problems; more are counted."""
    at_once, in_order = NAMED // parts, sorted(names)
    return [in_order[at : at + at_once] for at in range(0, len(in_order), at_once)]
