from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    name = "foundation.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Import every room's `subscriptions`, which says what it wants to be told and what it does when."""
        autodiscover_modules("subscriptions")
