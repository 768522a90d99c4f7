from importlib import import_module

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "anlan.register"
    verbose_name = "资源登记"

    def ready(self) -> None:
        """Make the background work known."""
        import_module("anlan.register.tasks")
