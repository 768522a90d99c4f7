from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "anlan.register"
    verbose_name = "资源登记"
