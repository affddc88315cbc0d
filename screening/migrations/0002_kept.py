"""Verdicts and the record of searches are written once."""

from django.db import migrations

from foundation.accounts.database_roles import append_only


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial")]
    operations = append_only("screening_verdict", "screening_screening")
