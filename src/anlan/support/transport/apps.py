from django.apps import AppConfig


class TransportConfig(AppConfig):
    name = "anlan.support.transport"
    verbose_name = "运输保障"
