from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "anlan.core.live"
    label = "live"
    verbose_name = "实时通道"
