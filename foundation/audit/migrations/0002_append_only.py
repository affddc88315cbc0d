"""What makes the record one: the database links events into chains, and refuses to change what it holds.

The functions run as the owner, who made them, and so may move the heads, which the application may only read.
Nobody else may execute the linking function: attached to a table of the caller's own it would move heads
without an event. Triggers stay plain ENABLE, not ALWAYS: a restore or a test's reset, in replica mode, by a
superuser, must be able to put rows back as they were.
"""

from django.conf import settings
from django.db import migrations

# The application may not choose an id: a taken one, with ON CONFLICT DO NOTHING, would move the head and then
# insert no event.
CHAINED = "chain, seq, at, action, actor, object_kind, object_id, body, prev, hash"

FUNCTIONS = r"""
CREATE FUNCTION public.audit_link_event() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head public.audit_head%ROWTYPE;
BEGIN
    LOOP  -- the head is locked until this transaction ends: events of one chain come one after another
        SELECT * INTO head FROM public.audit_head WHERE chain = NEW.chain FOR UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO public.audit_head (chain, seq, hash, sealed) VALUES (NEW.chain, 0, repeat('0', 64), false)
            ON CONFLICT DO NOTHING;
    END LOOP;
    NEW.seq := head.seq + 1;
    NEW.prev := head.hash;
    NEW.at := clock_timestamp();
    NEW.hash := encode(sha256(convert_to(
        NEW.prev || E'\n' || NEW.chain || E'\n' || NEW.seq::text || E'\n'
        || to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\n'
        || NEW.action || E'\n' || NEW.actor || E'\n' || NEW.object_kind || E'\n' || NEW.object_id || E'\n'
        || NEW.body, 'UTF8')), 'hex');
    UPDATE public.audit_head SET seq = NEW.seq, hash = NEW.hash, sealed = false WHERE chain = NEW.chain;
    RETURN NEW;
END $$;

CREATE FUNCTION public.audit_refuse_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The audit record is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Marks the heads that a seal holds as they are now. One that has moved on, or is just being moved, is left.
CREATE FUNCTION public.audit_mark_sealed() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.audit_head SET sealed = true WHERE chain IN (
        SELECT head.chain FROM public.audit_head head
        JOIN public.audit_sealedhead kept ON kept.chain = head.chain AND kept.seq = head.seq
        WHERE NOT head.sealed FOR UPDATE OF head SKIP LOCKED)
$$;

REVOKE ALL ON FUNCTION public.audit_link_event(), public.audit_mark_sealed() FROM PUBLIC;

CREATE TRIGGER link BEFORE INSERT ON public.audit_event
    FOR EACH ROW EXECUTE FUNCTION public.audit_link_event();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON public.audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_change();
CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON public.audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON public.audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON public.audit_sealedhead
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_change();
"""

AWAY = """
DROP TRIGGER refuse_change ON public.audit_sealedhead;
DROP TRIGGER refuse_change ON public.audit_seal;
DROP TRIGGER refuse_change ON public.audit_head;
DROP TRIGGER refuse_change ON public.audit_event;
DROP TRIGGER link ON public.audit_event;
DROP FUNCTION public.audit_mark_sealed();
DROP FUNCTION public.audit_refuse_change();
DROP FUNCTION public.audit_link_event();
"""

GRANTS = f"""
REVOKE ALL ON public.audit_event, public.audit_head, public.audit_seal, public.audit_sealedhead FROM {{role}};
REVOKE ALL ON SEQUENCE public.audit_event_id_seq FROM {{role}};
GRANT SELECT ON public.audit_event, public.audit_head TO {{role}};
GRANT INSERT ({CHAINED}) ON public.audit_event TO {{role}};
GRANT SELECT, INSERT ON public.audit_seal, public.audit_sealedhead TO {{role}};
GRANT EXECUTE ON FUNCTION public.audit_mark_sealed() TO {{role}};
"""


def leave_the_application_only_insert_and_select(apps, schema_editor):
    connection = schema_editor.connection
    role = settings.APP_DATABASE_USER
    if role and role != connection.settings_dict["USER"]:
        schema_editor.execute(GRANTS.format(role=connection.ops.quote_name(role)))


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS, AWAY),
        migrations.RunPython(leave_the_application_only_insert_and_select, migrations.RunPython.noop),
    ]
