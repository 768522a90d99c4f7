from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


def geometry_fields(app_configs=None):
    for m in apps.get_models(include_auto_created=True):
        from anlan.core.geometry.fields import GeometryField

        for f in m._meta.local_fields:
            if (
                isinstance(f, GeometryField)
                and f.spatial_index
                and m._meta.managed
                and not m._meta.proxy
            ):
                yield m, f


def on_connect(connection, **kw):
    if connection.vendor == "sqlite":
        from anlan.core.geometry.sqlite import register

        register(connection.connection)


def ensure_indexes(using="default", **kw):
    """Idempotent; after every migrate, so that no migration has to know about spatial indexes."""
    from django.db import connections
    from anlan.core.geometry.sqlite import drop_stale, ensure_rtree

    conn = connections[using]
    with conn.cursor() as c:
        tables = set(conn.introspection.table_names(c))
        if conn.vendor == "sqlite":
            drop_stale(c, {(m._meta.db_table, f.column) for m, f in geometry_fields()})
        for m, f in geometry_fields():
            t = m._meta.db_table
            if t not in tables:
                continue
            if conn.vendor == "sqlite":
                ensure_rtree(c, t, m._meta.pk.column, f.column)
            elif conn.vendor == "postgresql":
                n = f"{t}_{f.column}_gist"[-60:]
                c.execute(f'CREATE INDEX IF NOT EXISTS "{n}" ON "{t}" USING GIST ("{f.column}")')


def ensure_postgis(using="default", **kw):
    from django.db import connections

    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as c:
            c.execute("CREATE EXTENSION IF NOT EXISTS postgis")


class GeoFieldConfig(AppConfig):
    name = "anlan.core.geometry"
    label = "geometry"

    def ready(self):
        from django.db.models.signals import pre_migrate
        from anlan.core.geometry import lookups  # noqa: F401

        connection_created.connect(on_connect, dispatch_uid="geofield_fn")
        pre_migrate.connect(
            ensure_postgis, dispatch_uid="geofield_ext"
        )  # no sender: an app without models.py gets no signal of its own
        post_migrate.connect(ensure_indexes, dispatch_uid="geofield_idx")
