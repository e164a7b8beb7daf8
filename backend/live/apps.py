from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Connects what ends somebody's access with their feed."""

    name = "backend.live"

    def ready(self) -> None:
        from backend.live import access  # noqa: F401  (connects on import)
