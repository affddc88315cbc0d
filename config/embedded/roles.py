"""The two roles and the database: the owner migrates, the application cannot alter or truncate anything.

docs/running.md shows the same for a database server of one's own.
"""

from __future__ import annotations

import psycopg2
from psycopg2 import sql

from config.embedded.postgres import Postgres

OWNER = "probity_owner"
APPLICATION = "probity_app"
DATABASE = "probity"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "btree_gin")


def ensure(server: Postgres, passwords: dict[str, str]) -> None:
    """Roles, database, extensions: made where they are missing. `passwords` by role."""
    with _connected(server.superuser_url()) as cursor:
        for role, password in passwords.items():
            _ensure_role(cursor, role, password)
        cursor.execute("select 1 from pg_database where datname = %s", [DATABASE])
        if not cursor.fetchone():
            names = {"name": sql.Identifier(DATABASE), "owner": sql.Identifier(OWNER)}
            cursor.execute(sql.SQL("create database {name} owner {owner}").format(**names))
        # A temporary table of a real one's name would hide it for as long as the connection is kept.
        name = sql.Identifier(DATABASE)
        cursor.execute(sql.SQL("revoke temporary on database {} from public").format(name))
    with _connected(server.superuser_url(DATABASE)) as cursor:
        for extension in EXTENSIONS:
            cursor.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(extension)))


def _ensure_role(cursor: psycopg2.extensions.cursor, role: str, password: str) -> None:
    cursor.execute("select 1 from pg_roles where rolname = %s", [role])
    verb = "alter" if cursor.fetchone() else "create"
    statement = sql.SQL("{verb} role {role} login nosuperuser nocreatedb nocreaterole password {password}")
    cursor.execute(
        statement.format(verb=sql.SQL(verb), role=sql.Identifier(role), password=sql.Literal(password))
    )


class _connected:
    """A cursor on a connection of its own, where every statement is its own transaction."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True

    def __enter__(self) -> psycopg2.extensions.cursor:
        return self.connection.cursor()

    def __exit__(self, *_: object) -> None:
        self.connection.close()
