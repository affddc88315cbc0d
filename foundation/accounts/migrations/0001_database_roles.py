"""Two database roles: the owner migrates, the application only reads and writes rows.

Runs before every other migration, so that no table is ever made without its grants. Tables whose rows may
not be changed take UPDATE and DELETE back in the migration that makes them.
"""

from django.conf import settings
from django.db import migrations


def grant_rows_to_the_application(apps, schema_editor):
    connection = schema_editor.connection
    role = settings.APP_DATABASE_USER
    if not role or role == connection.settings_dict["USER"]:
        return
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}"
        )
        cursor.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {name}"
        )


# For tables whose rows stay as they were written (foundation.accounts.database_roles.append_only).
ROWS_ARE_KEPT = """
CREATE FUNCTION rows_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are kept as they were written', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = []
    # Said here and not as dependencies of theirs: audit and outbox lie below and know nothing of accounts.
    run_before = [
        ("contenttypes", "0001_initial"),
        ("auth", "0001_initial"),
        ("audit", "0001_initial"),
        ("outbox", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(grant_rows_to_the_application, migrations.RunPython.noop),
        migrations.RunSQL(ROWS_ARE_KEPT, "DROP FUNCTION rows_are_kept();"),
    ]
