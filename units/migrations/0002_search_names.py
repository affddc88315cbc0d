"""Names are found by any part of them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]
    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name="name",
            index=GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="units_name_within"),
        ),
    ]
