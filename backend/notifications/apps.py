from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers the checks of the push settings, and connects what ends somebody's access with their subscriptions."""

    name = "backend.notifications"

    def ready(self) -> None:
        from backend.notifications.push import access, checks  # noqa: F401  (connect and register on import)
