from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "anlan.exchange"
    verbose_name = "信息共享"
