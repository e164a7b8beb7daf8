from django.apps import AppConfig


class DemoConfig(AppConfig):
    """People to try Hark with, and their mail kept here instead of sent. Installed with HARK_DEMO=1 only."""

    name = "backend.demo"
