"""Many subjects in two statements a kind: Django's bulk_create refuses models with a parent table."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone
from psycopg2.extras import execute_values

from units.models import Individual, Subject, Unit


def insert_subjects(subjects: Sequence[Individual | Unit]) -> None:
    now = timezone.now()
    for subject in subjects:
        subject.created_at = subject.updated_at = now
        subject.subject_ptr_id = subject.id
    for model in (Individual, Unit):
        of_model = [subject for subject in subjects if isinstance(subject, model)]
        _insert(Subject, of_model)
        _insert(model, of_model)


def _insert(model: type[Subject], subjects: Sequence[Subject]) -> None:
    if not subjects:
        return
    fields = model._meta.local_concrete_fields
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    rows = [
        tuple(field.get_db_prep_save(getattr(subject, field.attname), connection) for field in fields)
        for subject in subjects
    ]
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor, f"INSERT INTO {model._meta.db_table} ({columns}) VALUES %s", rows, page_size=500
        )
    for subject in subjects:
        subject._state.adding = False
