from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers how the OpenAPI document names our authentication, and what sessions note when they are opened."""

    name = "backend.accounts"

    def ready(self) -> None:
        from backend.accounts import audit_hooks, openapi, sign_in  # noqa: F401  (register on import)
