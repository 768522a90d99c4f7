from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class GeometryConfig(AppConfig):
    name = "anlan.core.geometry"
    label = "geometry"
    verbose_name = "空间数据"

    def ready(self) -> None:
        from anlan.core.geometry import lookups, upkeep  # noqa: F401, PLC0415

        connection_created.connect(upkeep.register_functions, dispatch_uid="geometry_functions")
        # No sender: an app without models gets no pre_migrate signal of its own.
        pre_migrate.connect(upkeep.ensure_postgis, dispatch_uid="geometry_postgis")
        post_migrate.connect(upkeep.ensure_indexes, dispatch_uid="geometry_indexes")
