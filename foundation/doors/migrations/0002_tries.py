from django.db import migrations, models

# Tokens are got with a password. Django ends the sessions of the old one by itself.
TOKENS_END = """
CREATE FUNCTION tokens_end_with_the_password() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM knox_authtoken WHERE user_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER tokens_end_with_the_password AFTER UPDATE OF password ON accounts_user
  FOR EACH ROW WHEN (OLD.password IS DISTINCT FROM NEW.password)
  EXECUTE FUNCTION tokens_end_with_the_password();
"""
UNDO = """
DROP TRIGGER tokens_end_with_the_password ON accounts_user;
DROP FUNCTION tokens_end_with_the_password();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("doors", "0001_initial"),
        ("accounts", "0002_initial"),
        ("knox", "0009_extend_authtoken_field"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveSmallIntegerField()),
                ("since", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(TOKENS_END, UNDO),
    ]
