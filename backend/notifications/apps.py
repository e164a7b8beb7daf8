from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers the checks of the push settings, and connects what ends access or changes an address."""

    name = "backend.notifications"

    def ready(self) -> None:
        from backend.notifications import addresses  # noqa: F401  (connects on import)
        from backend.notifications.push import access, checks  # noqa: F401  (connect and register on import)
