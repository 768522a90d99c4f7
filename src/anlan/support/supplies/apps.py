from django.apps import AppConfig


class SuppliesConfig(AppConfig):
    name = "anlan.support.supplies"
    verbose_name = "应急物资"
