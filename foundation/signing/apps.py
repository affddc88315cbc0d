from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "foundation.signing"
    label = "signing"
