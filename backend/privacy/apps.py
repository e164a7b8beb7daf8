from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What becomes of a person's data: export, erasure, retention."""

    name = "backend.privacy"
