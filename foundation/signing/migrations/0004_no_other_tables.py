"""What the guards read is what the owner made, whatever tables a session makes for itself.

Without a search path of its own a function looks first among the session's temporary tables: an empty
`signing_contributor` made there would have let a contributor approve.
"""

from django.db import migrations

SAFE = """
ALTER FUNCTION public.signing_determination_guard() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION public.rows_are_kept() SET search_path = pg_catalog, pg_temp;
"""
AS_BEFORE = """
ALTER FUNCTION public.signing_determination_guard() RESET search_path;
ALTER FUNCTION public.rows_are_kept() RESET search_path;
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0003_listed")]
    operations = [migrations.RunSQL(SAFE, AS_BEFORE)]
