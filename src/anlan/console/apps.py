from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "anlan.console"
    verbose_name = "控制台"
