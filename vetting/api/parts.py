"""What several of this room's representations have in common."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Called(serializers.Serializer[Any]):
    """A subject by its id and the name of lists."""

    kind = serializers.CharField()
    id = serializers.CharField()
    name = serializers.CharField()


class Commander(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class Span(serializers.Serializer[Any]):
    """`{from, until}`: `until` is the last day, or null while no end is known."""

    def __init__(self, *args: Any, since: str, until: str, **options: Any) -> None:
        self.since, self.until = since, until
        super().__init__(*args, **options)

    def get_fields(self) -> dict[str, Any]:
        return {
            "from": serializers.DateField(source=self.since),
            "until": serializers.DateField(source=self.until, allow_null=True),
        }


class Username(serializers.CharField):
    """A person, by their username; null where there is nobody."""

    def __init__(self, source: str | None = None, **options: Any) -> None:
        super().__init__(source=f"{source}.username" if source else None, **options)
