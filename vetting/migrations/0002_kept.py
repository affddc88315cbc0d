"""Case numbers, and what is written once in this room."""

from django.db import migrations

from foundation.accounts.database_roles import append_only


class Migration(migrations.Migration):
    dependencies = [("vetting", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE vetting_case_number;", "DROP SEQUENCE vetting_case_number;"),
        *append_only(
            "vetting_candidateversion",
            "vetting_finding",
            "vetting_search",
            "vetting_opinion",
            "vetting_clearrecord",
        ),
    ]
