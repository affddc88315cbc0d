from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from config import celery  # noqa: F401  (whoever publishes, in whatever process, publishes to this app)


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import reference

        # The last room with models: this app has none, and a sender without models never fires.
        post_migrate.connect(
            reference.after_migrate,
            sender=apps.get_app_config("remediation"),
            dispatch_uid="config.reference",
        )
