"""Asking the catalogue."""

from __future__ import annotations

from typing import Any

from django.db import connection


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()


def column(sql: str, *values: Any) -> list[Any]:
    return [row[0] for row in rows(sql, *values)]


def value(sql: str, *values: Any) -> Any:
    return rows(sql, *values)[0][0]
