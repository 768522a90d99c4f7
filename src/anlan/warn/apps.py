from importlib import import_module

from django.apps import AppConfig


class WarnConfig(AppConfig):
    name = "anlan.warn"
    verbose_name = "预警发布"

    def ready(self) -> None:
        """Make the background work known."""
        import_module("anlan.warn.tasks")
