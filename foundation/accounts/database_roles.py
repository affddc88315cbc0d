"""What migrations do about the two database roles: the owner, which migrates, and the application's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations

_moves: dict[str, frozenset[str]] = {}


def append_only(*tables: str) -> list[Any]:
    """Migration operations: rows of these tables can be added and read, and nothing else, by anybody.

    The application's role loses the grants; triggers refuse the owner too. They are plain ENABLE triggers,
    which hold for every role that cannot change session_replication_role.
    """
    return [
        migrations.RunPython(_revoking("UPDATE, DELETE, TRUNCATE", tables), migrations.RunPython.noop),
        *(migrations.RunSQL(_trigger(table), f"DROP TRIGGER rows_are_kept ON {table};") for table in tables),
    ]


def kept_but(table: str, *columns: str) -> list[Any]:
    """Migration operations: rows of this table can be added, read, and changed in these columns; nobody
    removes one."""
    only_these_move(table, *columns)
    return [
        migrations.RunPython(_revoking("UPDATE, DELETE, TRUNCATE", (table,)), migrations.RunPython.noop),
        migrations.RunPython(_granting(f"UPDATE ({', '.join(columns)})", table), migrations.RunPython.noop),
        migrations.RunSQL(
            f"CREATE TRIGGER rows_are_kept BEFORE DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION rows_are_kept();",
            f"DROP TRIGGER rows_are_kept ON {table};",
        ),
    ]


def only_these_move(table: str, *columns: str) -> None:
    """A table whose rows are kept but for these columns, which the application may update: said beside the
    migration that grants it, for whoever compares the database with what it should be (config/doctor)."""
    _moves[table] = frozenset(columns)


def columns_that_move(table: str) -> frozenset[str]:
    """Of a table whose rows are kept. Known once the migrations were loaded."""
    return _moves.get(table, frozenset())


def _revoking(rights: str, tables: tuple[str, ...]) -> Any:
    def revoke(apps: Any, schema_editor: Any) -> None:
        role = settings.APP_DATABASE_USER
        if role and role != schema_editor.connection.settings_dict["USER"]:
            name = schema_editor.connection.ops.quote_name(role)
            schema_editor.execute(f"REVOKE {rights} ON {', '.join(tables)} FROM {name}")

    return revoke


def _granting(rights: str, table: str) -> Any:
    def grant(apps: Any, schema_editor: Any) -> None:
        role = settings.APP_DATABASE_USER
        if role and role != schema_editor.connection.settings_dict["USER"]:
            name = schema_editor.connection.ops.quote_name(role)
            schema_editor.execute(f"GRANT {rights} ON {table} TO {name}")

    return grant


def _trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER rows_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION rows_are_kept();"
    )
