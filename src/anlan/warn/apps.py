from django.apps import AppConfig


class WarnConfig(AppConfig):
    name = "anlan.warn"
    verbose_name = "预警发布"
