from django.apps import AppConfig


class DrillsConfig(AppConfig):
    name = "anlan.drills"
    verbose_name = "演练"
