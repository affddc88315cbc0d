"""Many cases, fast: whole classes copied inside the database, with new ids, references and numbers.

What is copied went through the real actions once; the copies have its shape and its spread of states.
"""

from __future__ import annotations

from django.db import connection

NEW = "md5({column}::text || ':' || g)::uuid"

# What somebody holds stays theirs; its copies are nobody's yet. Nobody holds a hundred times what they hold.
FREE = {
    "state": "CASE state WHEN 'claimed' THEN 'open' ELSE state END",
    "claimed_by_id": "CASE state WHEN 'claimed' THEN NULL ELSE claimed_by_id END",
    "claimed_at": "CASE state WHEN 'claimed' THEN NULL ELSE claimed_at END",
}
# table → columns that hold an id to be made anew in each copy, and columns given an expression of their own.
TABLES: list[tuple[str, list[str], dict[str, str]]] = [
    ("units_subject", ["id"], {}),
    ("units_individual", ["subject_ptr_id"], {}),
    ("units_unit", ["subject_ptr_id"], {}),
    ("units_name", ["subject_id"], {}),
    ("screening_key", ["subject_id"], {}),
    ("vetting_nomination", ["id"], {"reference": "reference || '-' || g"}),
    (
        "vetting_case",
        ["id", "nomination_id", "subject_id", "commander_id", "unit_case_id"],
        {"reference": "reference || '-' || g"},
    ),
    ("vetting_candidate", ["id", "nomination_id", "subject_id", "case_id", "unit_case_id"], {}),
    ("vetting_check", ["id", "case_id"], FREE),
    ("vetting_movement", ["case_id"], {}),
    ("vetting_finding", ["id", "check_done_id"], {}),
    ("vetting_search", ["found_id"], {}),
]
NOMINEES = {
    "units_subject": "provisional",
    "units_individual": "subject_ptr_id IN (SELECT id FROM units_subject WHERE provisional)",
    "units_unit": "subject_ptr_id IN (SELECT id FROM units_subject WHERE provisional)",
    "units_name": "subject_id IN (SELECT id FROM units_subject WHERE provisional)",
    "screening_key": "NOT registered",
}


def copy_cases(times: int) -> None:
    """Copy every nomination, with its nominees and cases, so many times."""
    with connection.cursor() as cursor:
        for table, anew, of_its_own in TABLES:
            columns = [name for name in _columns(table) if name in anew or not _is_number(table, name)]
            made = {name: NEW.format(column=name) for name in anew} | of_its_own
            values = [made.get(name, quoted(name)) for name in columns]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(map(quoted, columns))})"
                f" SELECT {', '.join(values)} FROM {table}, generate_series(1, %s) g"
                f" WHERE {NOMINEES.get(table, 'true')}",
                [times],
            )
        cursor.execute("ANALYZE")


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _is_number(table: str, column: str) -> bool:
    """The database numbers these rows itself."""
    return column == "id" and table in ("units_name", "screening_key", "vetting_movement", "vetting_search")
