from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers how the OpenAPI document names our authentication."""

    name = "backend.accounts"

    def ready(self) -> None:
        from backend.accounts import openapi  # noqa: F401  (registers on import)
