"""What is written once in this room, what may move, and what Postgres itself holds of the law.

A waiver is of the fiscal year that its listing bites. It, a reinstatement and a confirmed year name the
determination of their own kind that two people signed; only what an operator imported names none.
"""

from django.conf import settings
from django.db import migrations

from foundation.accounts.database_roles import append_only, only_these_move

RELIEF = (
    "extent", "parts", "days", "official", "number", "dated", "reported_on", "certified_on", "justification",
    "confidence", "corrected", "ended", "version", "updated_at",
)  # fmt: skip
MOVES = {
    "cspa_listyear": ("published_on", "confirmed", "confirmation_id", "citation", "version", "updated_at"),
    "cspa_listing": (
        "forces", "finding", "citation", "confidence", "corrected", "ended", "version", "updated_at",
    ),
    "cspa_waiver": RELIEF,
    "cspa_reinstatement": RELIEF,
    "cspa_actionplan": ("title", "agreed_with", "agreed_on", "citation", "version", "updated_at"),
    "cspa_milestone": ("state", "done_on", "version", "updated_at"),
}  # fmt: skip
for _table, _columns in MOVES.items():
    only_these_move(_table, *_columns)

GUARD = """
CREATE FUNCTION cspa_two_people_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  signed uuid := (to_jsonb(NEW) ->> TG_ARGV[1])::uuid;
BEGIN
  IF signed IS NOT NULL AND NOT EXISTS (
      SELECT FROM signing_determination
      WHERE id = signed AND kind = TG_ARGV[0] AND state = 'approved') THEN
    RAISE EXCEPTION 'two people have not signed for this' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cspa_two_people BEFORE INSERT OR UPDATE ON cspa_waiver
  FOR EACH ROW EXECUTE FUNCTION cspa_two_people_guard('cspa-waiver', 'cause_id');
CREATE TRIGGER cspa_two_people BEFORE INSERT OR UPDATE ON cspa_reinstatement
  FOR EACH ROW EXECUTE FUNCTION cspa_two_people_guard('cspa-reinstatement', 'cause_id');
CREATE TRIGGER cspa_two_people BEFORE INSERT OR UPDATE ON cspa_listyear
  FOR EACH ROW EXECUTE FUNCTION cspa_two_people_guard('cspa-list-year', 'confirmation_id');
"""
UNGUARD = """
DROP TRIGGER cspa_two_people ON cspa_waiver;
DROP TRIGGER cspa_two_people ON cspa_reinstatement;
DROP TRIGGER cspa_two_people ON cspa_listyear;
DROP FUNCTION cspa_two_people_guard();
"""

OF_ITS_YEAR = """
ALTER TABLE cspa_waiver ADD CONSTRAINT cspa_waiver_of_its_year
  FOREIGN KEY (listing_id, fiscal_year) REFERENCES cspa_listing (id, fiscal_year);
ALTER TABLE cspa_reinstatement ADD CONSTRAINT cspa_reinstatement_of_its_year
  FOREIGN KEY (listing_id, fiscal_year) REFERENCES cspa_listing (id, fiscal_year);
"""
OF_NO_YEAR = """
ALTER TABLE cspa_waiver DROP CONSTRAINT cspa_waiver_of_its_year;
ALTER TABLE cspa_reinstatement DROP CONSTRAINT cspa_reinstatement_of_its_year;
"""


def take_back_grants(apps, schema_editor):
    role = settings.APP_DATABASE_USER
    if not role or role == schema_editor.connection.settings_dict["USER"]:
        return
    name = schema_editor.connection.ops.quote_name(role)
    for table, columns in MOVES.items():
        schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")
        schema_editor.execute(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {name}")


def kept(table):
    return migrations.RunSQL(
        f"CREATE TRIGGER rows_are_not_deleted BEFORE DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION rows_are_kept();",
        f"DROP TRIGGER rows_are_not_deleted ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("cspa", "0001_initial"), ("signing", "0004_no_other_tables")]
    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(OF_ITS_YEAR, OF_NO_YEAR),
        *(kept(table) for table in MOVES),
        migrations.RunPython(take_back_grants, migrations.RunPython.noop),
        *append_only("cspa_kept", "cspa_evidence", "cspa_verdict"),
    ]
