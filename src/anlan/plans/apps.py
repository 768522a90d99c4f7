from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "anlan.plans"
    verbose_name = "预案"
