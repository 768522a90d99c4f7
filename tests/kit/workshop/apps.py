from django.apps import AppConfig


class WorkshopConfig(AppConfig):
    name = "kit.workshop"

    def ready(self) -> None:
        from kit.workshop import tasks  # noqa: F401
