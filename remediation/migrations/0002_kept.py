"""File numbers; what is written once in this room; and what of the rest may move.

Also against raw SQL: nothing is deleted; a step keeps its owner, so that the constraint of 0001 holds (another
verifies); what the public has read stays published; an exception from publication is signed by two people;
what a government was given to read stays as it was given.
"""

from django.db import migrations

from foundation.accounts.database_roles import append_only, kept_but

MOVES = {
    "remediation_hostnotification": (
        "owner_id", "state", "releasable_text", "delivered_on", "delivered_to", "acknowledged_on",
        "answered_on", "answer", "assistance_on", "version", "updated_at",
    ),
    "remediation_publication": (
        "owner_id", "state", "published_on", "published_by_id", "exception_id", "reported_on", "version",
        "updated_at",
    ),
    "remediation_remediation": ("owner_id", "closed_at", "version", "updated_at"),
    "remediation_step": (
        "state", "outcome", "impartial", "impartial_reasons", "sentence", "proportionality",
        "completed_by_id", "completed_at", "verified_by_id", "verified_at", "version", "updated_at",
    ),
}  # fmt: skip

GUARDS = """
CREATE FUNCTION public.remediation_notification_guard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.delivered_on IS NOT NULL
     AND (NEW.releasable_text, NEW.delivered_on, NEW.delivered_to)
     IS DISTINCT FROM (OLD.releasable_text, OLD.delivered_on, OLD.delivered_to) THEN
    RAISE EXCEPTION 'what the government was given stays as it was given' USING ERRCODE = '23001';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.remediation_publication_guard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'undecided' THEN
      RAISE EXCEPTION 'a publication begins undecided' USING ERRCODE = '23514';
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.vetting_restriction barred
        JOIN public.units_subject subject ON subject.id = barred.subject_id
        WHERE barred.id = NEW.restriction_id AND barred.law = 'state-leahy' AND subject.kind = 'unit') THEN
      RAISE EXCEPTION 'only a unit restricted under the State law is published' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'published' AND (NEW.state, NEW.published_on, NEW.published_by_id, NEW.exception_id)
     IS DISTINCT FROM (OLD.state, OLD.published_on, OLD.published_by_id, OLD.exception_id) THEN
    RAISE EXCEPTION 'what the public has read stays published' USING ERRCODE = '23001';
  END IF;
  IF OLD.exception_id IS NOT NULL AND NEW.exception_id IS DISTINCT FROM OLD.exception_id THEN
    RAISE EXCEPTION 'an exception is kept' USING ERRCODE = '23001';
  END IF;
  IF NEW.exception_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM public.signing_determination signed
      WHERE signed.id = NEW.exception_id AND signed.kind = 'publication-exception'
        AND signed.state = 'approved' AND signed.target = 'remediation.publication:' || NEW.id::text) THEN
    RAISE EXCEPTION 'only a signed exception excepts from publication' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.remediation_file_guard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
    RAISE EXCEPTION 'a closed file stays closed: it is opened anew as another' USING ERRCODE = '23001';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER remediation_notification_kept BEFORE UPDATE ON remediation_hostnotification
  FOR EACH ROW EXECUTE FUNCTION remediation_notification_guard();
CREATE TRIGGER remediation_publication_kept BEFORE INSERT OR UPDATE ON remediation_publication
  FOR EACH ROW EXECUTE FUNCTION remediation_publication_guard();
CREATE TRIGGER remediation_file_kept BEFORE UPDATE ON remediation_remediation
  FOR EACH ROW EXECUTE FUNCTION remediation_file_guard();
"""

UNDO = """
DROP TRIGGER remediation_notification_kept ON remediation_hostnotification;
DROP TRIGGER remediation_publication_kept ON remediation_publication;
DROP TRIGGER remediation_file_kept ON remediation_remediation;
DROP FUNCTION public.remediation_notification_guard();
DROP FUNCTION public.remediation_publication_guard();
DROP FUNCTION public.remediation_file_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("remediation", "0001_initial"), ("vetting", "0005_restrict")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE remediation_file_number;", "DROP SEQUENCE remediation_file_number;"
        ),
        migrations.RunSQL(GUARDS, UNDO),
        *(operation for table, columns in MOVES.items() for operation in kept_but(table, *columns)),
        *append_only(
            "remediation_notificationentry",
            "remediation_restrictionoffile",
            "remediation_incidentoffile",
            "remediation_responsible",
            "remediation_committeenotice",
            "remediation_stepentry",
        ),
    ]
