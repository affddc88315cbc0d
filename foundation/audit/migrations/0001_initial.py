import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("no", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("root", models.CharField(max_length=64)),
                ("prev", models.CharField(max_length=64)),
                ("heads", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["no"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chain", models.CharField(db_collation="C", max_length=250)),
                ("seq", models.BigIntegerField(editable=False)),
                ("at", models.DateTimeField(editable=False)),
                ("action", models.CharField(max_length=200)),
                ("actor", models.CharField(max_length=200)),
                ("object_kind", models.CharField(blank=True, max_length=200)),
                ("object_id", models.CharField(blank=True, max_length=200)),
                ("body", models.TextField()),
                ("prev", models.CharField(editable=False, max_length=64)),
                ("hash", models.CharField(editable=False, max_length=64)),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["object_kind", "object_id"], name="event_object"),
                    models.Index(fields=["actor", "id"], name="event_actor"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "seq"), name="event_place_in_chain"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("chain__contains", "\n"),
                            ("action__contains", "\n"),
                            ("actor__contains", "\n"),
                            ("object_kind__contains", "\n"),
                            ("object_id__contains", "\n"),
                            _connector="OR",
                            _negated=True,
                        ),
                        name="event_fields_are_lines",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "chain",
                    models.CharField(db_collation="C", max_length=250, primary_key=True, serialize=False),
                ),
                ("seq", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("sealed", models.BooleanField(default=False)),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("sealed", False)), fields=["chain"], name="head_unsealed"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chain", models.CharField(db_collation="C", max_length=250)),
                ("seq", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                (
                    "seal",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.seal",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("seal", "chain"), name="sealed_head_once_a_seal"),
                    models.UniqueConstraint(fields=("chain", "seq"), name="sealed_head_once"),
                ],
            },
        ),
    ]
