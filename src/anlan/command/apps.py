from importlib import import_module

from django.apps import AppConfig


class CommandConfig(AppConfig):
    name = "anlan.command"
    verbose_name = "指挥处置"

    def ready(self) -> None:
        """Declare the background work of this room."""
        import_module("anlan.command.tasks")
