from django.apps import AppConfig


class CspaConfig(AppConfig):
    name = "cspa"
