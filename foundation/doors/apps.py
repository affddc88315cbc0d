from importlib import import_module

from django.apps import AppConfig


class DoorsConfig(AppConfig):
    name = "foundation.doors"
    label = "doors"

    def ready(self) -> None:
        for listens_to_sign_ins in ("fresh", "sessions"):
            import_module(f"foundation.doors.{listens_to_sign_ins}")
