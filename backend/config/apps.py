from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the checks of the settings."""

    name = "backend.config"

    def ready(self) -> None:
        from backend.config import checks  # noqa: F401  (registers on import)
