from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ConfigConfig(AppConfig):
    """Registers the checks of the settings."""

    name = "backend.config"
    default = True

    def ready(self) -> None:
        from backend.config import checks  # noqa: F401  (registers on import)


class OperatorsConfig(admin.AdminConfig):
    """Django's admin with a site of ours."""

    default = False
    default_site = "backend.config.admin.OperatorsSite"
