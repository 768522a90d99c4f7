from django.apps import AppConfig


class CommandConfig(AppConfig):
    name = "anlan.command"
    verbose_name = "指挥处置"
