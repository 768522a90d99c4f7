from django.apps import AppConfig


class ForecastConfig(AppConfig):
    name = "anlan.forecast"
    verbose_name = "会商研判"
