"""A restriction is kept: it begins with a signed withhold or restrict, and only a signed lift ends it.

The application may write a restriction's end, once, naming the lift that two people signed for this very
subject and law; and it may widen it to sub-units. Nothing else of it moves, whoever asks and however.
"""

import django.db.models.deletion
from django.db import migrations, models

from foundation.accounts.database_roles import append_only, kept_but

MOVES = ("until", "lifted_by_id", "includes_subunits", "version", "updated_at")

GUARD = """
CREATE FUNCTION public.vetting_restriction_guard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.until IS NOT NULL OR NEW.lifted_by_id IS NOT NULL THEN
      RAISE EXCEPTION 'a restriction begins in force' USING ERRCODE = '23514';
    END IF;
    IF NEW.cause_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.signing_determination signed
        WHERE signed.id = NEW.cause_id AND signed.kind IN ('withhold', 'restrict')
          AND signed.state = 'approved' AND signed.law = NEW.law
          AND signed.subject_id = NEW.subject_id::text) THEN
      RAISE EXCEPTION 'a restriction rests on a signed determination of its subject under its law'
        USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.subject_id, NEW.country_id, NEW.law, NEW.since, NEW.citation, NEW.cause_id, NEW.created_at)
     IS DISTINCT FROM
     (OLD.id, OLD.subject_id, OLD.country_id, OLD.law, OLD.since, OLD.citation, OLD.cause_id, OLD.created_at)
     OR OLD.includes_subunits AND NOT NEW.includes_subunits THEN
    RAISE EXCEPTION 'a restriction is written once' USING ERRCODE = '23001';
  END IF;
  IF OLD.until IS NOT NULL THEN
    RAISE EXCEPTION 'a restriction that was lifted is not changed' USING ERRCODE = '23001';
  END IF;
  IF NEW.until IS NOT NULL AND NOT EXISTS (
      SELECT FROM public.signing_determination signed
      WHERE signed.id = NEW.lifted_by_id AND signed.kind = 'lift' AND signed.state = 'approved'
        AND signed.law = NEW.law AND signed.subject_id = NEW.subject_id::text) THEN
    RAISE EXCEPTION 'only a signed lift of this subject under this law ends a restriction'
      USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vetting_restriction_kept BEFORE INSERT OR UPDATE ON vetting_restriction
  FOR EACH ROW EXECUTE FUNCTION vetting_restriction_guard();
"""

UNDO = """
DROP TRIGGER vetting_restriction_kept ON vetting_restriction;
DROP FUNCTION public.vetting_restriction_guard();
"""

CAUSES = """
INSERT INTO vetting_cause (restriction_id, determination_id, at)
  SELECT id, cause_id, created_at FROM vetting_restriction WHERE cause_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_initial"),
        ("signing", "0004_no_other_tables"),
        ("units", "0003_known"),
        ("vetting", "0004_gates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answered",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("allegation", models.UUIDField()),
                ("assessment", models.PositiveIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Cause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Met",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("through", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="restriction",
            options={
                "default_permissions": (),
                "permissions": [
                    ("view_restriction", "Can read restrictions"),
                    ("recommend_restriction", "Can recommend that a subject be restricted"),
                ],
            },
        ),
        migrations.AddField(
            model_name="restriction",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lifted",
                to="signing.determination",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_by", None), ("until", None)),
                    models.Q(("lifted_by__isnull", False), ("until__isnull", False)),
                    _connector="OR",
                ),
                name="vetting_restriction_ends_by_a_lift",
            ),
        ),
        migrations.AddField(
            model_name="answered",
            name="restriction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answered", to="vetting.restriction"
            ),
        ),
        migrations.AddField(
            model_name="cause",
            name="determination",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cause_of",
                to="signing.determination",
            ),
        ),
        migrations.AddField(
            model_name="cause",
            name="restriction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="causes", to="vetting.restriction"
            ),
        ),
        migrations.AddField(
            model_name="met",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="met", to="vetting.case"
            ),
        ),
        migrations.AddField(
            model_name="met",
            name="restriction",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="met", to="vetting.restriction"
            ),
        ),
        migrations.AddIndex(
            model_name="answered",
            index=models.Index(fields=["allegation"], name="vetting_answered_allegation"),
        ),
        migrations.AddConstraint(
            model_name="answered",
            constraint=models.UniqueConstraint(
                fields=("restriction", "allegation"), name="vetting_answered_once"
            ),
        ),
        migrations.RunSQL(CAUSES, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNDO),
        *kept_but("vetting_restriction", *MOVES),
        *append_only("vetting_cause", "vetting_met", "vetting_answered"),
    ]
