from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "anlan.core.live"
    label = "live"
    verbose_name = "实时通道"

    def ready(self) -> None:
        from anlan.core.live import receivers  # noqa: PLC0415 - models are loaded by now

        receivers.connect()
