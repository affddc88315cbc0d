from django.apps import AppConfig


class DoorsConfig(AppConfig):
    name = "foundation.doors"
    label = "doors"
