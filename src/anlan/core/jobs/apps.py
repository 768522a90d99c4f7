from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "anlan.core.jobs"
    label = "jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        from anlan.core.jobs import upkeep  # noqa: F401, PLC0415 - registers our own jobs
