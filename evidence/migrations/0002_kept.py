"""What was alleged, assessed or noted stays. Of whom it was said never moves: only who was not identified
can become somebody, which the trigger holds."""

from django.db import migrations

from foundation.accounts.database_roles import append_only, kept_but

VERSIONED = ("version", "updated_at")

GUARD = """
CREATE FUNCTION evidence_perpetrator_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.perpetrator_kind <> 'unidentified'
     AND (NEW.perpetrator_kind, NEW.unit_id, NEW.individual_id)
         IS DISTINCT FROM (OLD.perpetrator_kind, OLD.unit_id, OLD.individual_id) THEN
    RAISE EXCEPTION 'whom an allegation is against does not change' USING ERRCODE = '23001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER evidence_same_perpetrator BEFORE UPDATE ON evidence_allegation
  FOR EACH ROW EXECUTE FUNCTION evidence_perpetrator_guard();
"""
UNDO = """
DROP TRIGGER evidence_same_perpetrator ON evidence_allegation;
DROP FUNCTION evidence_perpetrator_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [
        *kept_but(
            "evidence_incident",
            "title", "location", "narrative", "victims_min", "victims_max", "victim_identities",
            "compartment_id", "unit_unknown", "certain", "possible", *VERSIONED,
        ),
        *kept_but(
            "evidence_allegation",
            "perpetrator_kind", "unit_id", "individual_id", "violation", "involvement", "certain", "possible",
            "dated_apart", *VERSIONED,
        ),
        *append_only("evidence_assessment"),
        *kept_but("evidence_derogatorynote", "kind", "note", *VERSIONED),
        migrations.RunSQL(GUARD, UNDO),
    ]  # fmt: skip
