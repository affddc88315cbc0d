"""OpenAPI for what doors add: acts, preconditions, keys, and the problems that may be answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiRequest, OpenApiResponse
from rest_framework import serializers

from foundation.doors.problems import KINDS

HEADER: Literal["header"] = "header"
READ = (400, 401, 404)
IF_MATCH = OpenApiParameter("If-Match", str, HEADER, required=True, description="The ETag that you read.")
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, HEADER, description="An ETag; 304 where it still holds."
)
ETAG = OpenApiParameter("ETag", str, HEADER, description="Its version, for If-Match.", response=(200, 201))
LOCATION = OpenApiParameter("Location", str, HEADER, description="Where it is.", response=(201, 202))


class OneProblem(serializers.Serializer[Any]):
    pointer = serializers.CharField(required=False, help_text="JSON pointer into the body.")
    row = serializers.IntegerField(
        required=False, help_text="For a file: the row; 1 is the first under the heading."
    )
    column = serializers.CharField(required=False, help_text="For a file: the heading.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemDetails(serializers.Serializer[Any]):
    """What went wrong (RFC 9457), all of it at once."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = OneProblem(many=True)  # type: ignore[assignment]  # a field, not the errors of this one


@dataclass(frozen=True)
class Described:
    """One operation. `body` and `answer` are serializer classes, or schemas as dictionaries; None is none."""

    body: Any = None
    answer: Any = None
    status: int = 200
    or_nothing: bool = False  # may also answer 204
    name: str = ""  # the operation's, below its path's
    problems: tuple[int, ...] = READ
    if_match: bool = False
    etag: bool = False
    key: bool | None = None  # takes an Idempotency-Key (False), requires it (True)
    parameters: tuple[OpenApiParameter, ...] = ()
    media_type: str = "application/json"  # of the body
    answer_types: tuple[str, ...] = ("application/json",)


def a_file(*media_types: str, problems: tuple[int, ...] = READ) -> Described:
    """One operation that answers a file of one of these types."""
    binary = {} if all(each.startswith("text/") for each in media_types) else {"format": "binary"}
    return Described(answer={"type": "string", **binary}, answer_types=media_types, problems=problems)


class Schema(AutoSchema):
    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            self._add_problems(operation)
        return operation

    @property
    def told(self) -> Described | None:
        name = getattr(self.view, "action", None) or self.method.lower()
        return getattr(self.view, "described", {}).get(name)

    def get_operation_id(self) -> str:
        action = getattr(self.view, "action", None)
        if not self.told or not action:
            return super().get_operation_id()
        path = [token.replace("-", "_") for token in self._tokenize_path()]
        last = self.told.name or (action if action in ("list", "retrieve", "create") else "")
        return "_".join([*path, last] if last else path)

    def get_request_serializer(self) -> Any:
        if not self.told:
            return super().get_request_serializer()
        if self.told.media_type != "application/json":
            return {self.told.media_type: OpenApiRequest(self.told.body)}
        return self.told.body

    def get_response_serializers(self) -> Any:
        if not self.told:
            return super().get_response_serializers()
        if self.told.answer is None and self.told.status == 200:
            return super().get_response_serializers()
        nothing = OpenApiResponse(description="There is nothing.")
        return {
            (self.told.status, *self.told.answer_types): self.told.answer or nothing,
            **({204: nothing} if self.told.or_nothing else {}),
        }

    def get_override_parameters(self) -> list[Any]:
        told = self.told
        if not told:
            return list(super().get_override_parameters())
        return [
            *super().get_override_parameters(),
            *told.parameters,
            *([IF_MATCH] if told.if_match else []),
            *([IF_NONE_MATCH] if told.etag and self.method == "GET" else []),
            *([ETAG] if told.etag else []),
            *([LOCATION] if told.status in (201, 202) and told.key is not None else []),
            *([_key_header(told.key)] if told.key is not None else []),
        ]

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        """A strict body has the fields named and no other."""
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "request" and getattr(serializer, "is_strict", False):
            schema["additionalProperties"] = False
        return schema

    def _add_problems(self, operation: dict[str, Any]) -> None:
        reference = self.resolve_serializer(ProblemDetails, "response").ref
        answers = {**operation["responses"]}
        if self.told and self.told.etag and self.method == "GET":
            answers["304"] = {"description": "Not changed since."}
        for status in sorted({*(self.told.problems if self.told else READ), 503}):
            titles = dict.fromkeys(kind.title for kind in KINDS.values() if kind.status == status)
            answers[str(status)] = {
                "description": ", or ".join(titles),
                "content": {"application/problem+json": {"schema": reference}},
            }
        operation["responses"] = answers


def _key_header(required: bool | None) -> OpenApiParameter:
    words = "Your own name for this request: sent again with it, it is done once and answered alike."
    return OpenApiParameter("Idempotency-Key", str, HEADER, required=bool(required), description=words)
