from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "foundation.sources"
    label = "sources"
