"""One way to write a value as JSON, so that equal values have equal bytes and equal hashes (RFC 8785)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import rfc8785


def canonical(value: Any) -> bytes:
    """The value as RFC 8785 JSON, UTF-8. Raises TypeError or ValueError for what JSON cannot hold exactly."""
    return rfc8785.dumps(plain(value))


def plain(value: Any) -> Any:
    """The same value in JSON's own types: ids, dates and decimals as text, a set as a sorted list."""
    if isinstance(value, Enum):  # TextChoices among them
        return plain(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return _plain_container(value)


def _plain_container(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_key(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(inner) for inner in value)
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} cannot be written as canonical JSON: pass its id or its code.")


def _key(key: Any) -> str:
    if not isinstance(key, str | int | UUID):
        raise TypeError(f"{key!r} cannot be a key in canonical JSON.")
    return str(plain(key))
