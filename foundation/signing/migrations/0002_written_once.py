"""A determination is written once, and signed by somebody else, whoever asks and however.

The application may insert determinations and move them out of `recommended`, and nothing more. Triggers stay
plain ENABLE: they hold for the application's role, which cannot change session_replication_role.
"""

from django.conf import settings
from django.db import migrations

from foundation.accounts.database_roles import append_only, only_these_move

MOVES = ("state", "decided_by_id", "decided_at", "read_digest", "reason", "changed", "updated_at")
only_these_move("signing_determination", *MOVES)

GUARD = """
CREATE FUNCTION signing_determination_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a determination is kept' USING ERRCODE = '23001';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'recommended' THEN
      RAISE EXCEPTION 'a determination begins as recommended' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state <> 'recommended' THEN
    RAISE EXCEPTION 'a determination that has ended is not changed' USING ERRCODE = '23001';
  END IF;
  IF (NEW.id, NEW.kind, NEW.target, NEW.subject_kind, NEW.subject_id, NEW.subject_label, NEW.law,
      NEW.country_id, NEW.post_id, NEW.canonical, NEW.recommended_by_id, NEW.recommended_at)
     IS DISTINCT FROM
     (OLD.id, OLD.kind, OLD.target, OLD.subject_kind, OLD.subject_id, OLD.subject_label, OLD.law,
      OLD.country_id, OLD.post_id, OLD.canonical, OLD.recommended_by_id, OLD.recommended_at) THEN
    RAISE EXCEPTION 'what was recommended is written once' USING ERRCODE = '23001';
  END IF;
  IF NEW.state = 'approved' AND EXISTS (
      SELECT FROM signing_contributor WHERE determination_id = NEW.id AND user_id = NEW.decided_by_id) THEN
    RAISE EXCEPTION 'whoever wrote what it rests on may not approve it' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signing_written_once BEFORE INSERT OR UPDATE OR DELETE ON signing_determination
  FOR EACH ROW EXECUTE FUNCTION signing_determination_guard();

CREATE TRIGGER signing_not_emptied BEFORE TRUNCATE ON signing_determination
  FOR EACH STATEMENT EXECUTE FUNCTION rows_are_kept();
"""

UNDO = """
DROP TRIGGER signing_written_once ON signing_determination;
DROP TRIGGER signing_not_emptied ON signing_determination;
DROP FUNCTION signing_determination_guard();
"""


def take_back_grants(apps, schema_editor):
    role = settings.APP_DATABASE_USER
    if not role or role == schema_editor.connection.settings_dict["USER"]:
        return
    name = schema_editor.connection.ops.quote_name(role)
    schema_editor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON signing_determination FROM {name}")
    schema_editor.execute(f"GRANT UPDATE ({', '.join(MOVES)}) ON signing_determination TO {name}")


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]
    operations = [
        migrations.RunSQL(GUARD, UNDO),
        migrations.RunPython(take_back_grants, migrations.RunPython.noop),
        *append_only("signing_cover", "signing_contributor"),
    ]
