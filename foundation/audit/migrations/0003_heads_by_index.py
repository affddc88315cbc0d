"""A chain's head is found by its index, however many heads there have come to be since the plan was made.

A session plans the lookup once. Where it did so while the table was all but empty, it went on reading the
whole of it for every event of a long import.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION public.audit_link_event() SET enable_seqscan = off;",
            "ALTER FUNCTION public.audit_link_event() RESET enable_seqscan;",
        )
    ]
