from importlib import import_module

from django.apps import AppConfig


class ForecastConfig(AppConfig):
    name = "anlan.forecast"
    verbose_name = "会商研判"

    def ready(self) -> None:
        """Make the background work known."""
        import_module("anlan.forecast.tasks")
