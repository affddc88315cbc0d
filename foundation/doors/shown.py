"""What many representations have in common: the acts there are, and things that there are none of yet."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.doors.acts import Acts, actions_for

OFFER = {
    "type": "object",
    "required": ["name", "allowed", "why_not"],
    "properties": {
        "name": {"type": "string"},
        "allowed": {"type": "boolean"},
        "why_not": {"type": ["string", "null"]},
    },
}


@extend_schema_field({"type": "array", "items": OFFER})
class Actions(serializers.Field[Any, Any, Any, Any]):
    """`[{name, allowed, why_not}]`, for the caller."""

    def __init__(self, acts: Acts, **options: Any) -> None:
        self.acts = acts
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, thing: Any) -> list[dict[str, Any]]:
        return actions_for(self.context["request"].user, thing, self.acts)


class NoneYet(serializers.ListField):
    """Ids of things that there are none of yet: an empty list, or left out."""

    default_error_messages = {"none-yet": "There is nothing to name here yet. Leave it empty: []."}

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.CharField(), required=False, default=list, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        if super().to_internal_value(data):
            self.fail("none-yet")
        return []
