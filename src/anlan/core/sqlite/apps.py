from django.apps import AppConfig


class SqliteConfig(AppConfig):
    name = "anlan.core.sqlite"
    label = "sqlite"
    verbose_name = "嵌入式数据库"

    def ready(self) -> None:
        from anlan.core.sqlite import checks  # noqa: F401, PLC0415 - registers the system check
