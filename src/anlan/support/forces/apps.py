from django.apps import AppConfig


class ForcesConfig(AppConfig):
    name = "anlan.support.forces"
    verbose_name = "救援力量"
