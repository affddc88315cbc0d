from importlib import import_module

from django.apps import AppConfig


class DoorsConfig(AppConfig):
    name = "foundation.doors"
    label = "doors"

    def ready(self) -> None:
        import_module("foundation.doors.fresh")  # it listens to sign-ins
