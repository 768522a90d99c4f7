"""Indexes and extensions are made around every `migrate`, so no migration has to know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connections

from anlan.core.geometry.fields import GeometryField
from anlan.core.geometry.rtree import column_of, drop_stale, ensure_rtree
from anlan.core.geometry.sqlite import register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper
    from django.db.models import Model

__all__ = ["ensure_indexes", "ensure_postgis", "register_functions"]

LONGEST_NAME = 60
"""PostgreSQL cuts names at 63 bytes."""


def register_functions(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Give a new SQLite connection its spatial functions."""
    if connection.vendor == "sqlite":
        register(connection.connection)


def ensure_postgis(using: str = "default", **_kwargs: Any) -> None:
    """Make the PostGIS extension before the first migration needs its types."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")


def ensure_indexes(using: str = "default", **_kwargs: Any) -> None:
    """Make every spatial index that is missing, and drop those that belong to nothing."""
    connection = connections[using]
    fields = list(_indexed_fields())
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "sqlite":
            drop_stale(cursor, {(m._meta.db_table, column_of(f)) for m, f in fields})
        for model, field in fields:
            if model._meta.db_table in tables:
                _ensure_index(connection, cursor, model, field)


def _ensure_index(
    connection: BaseDatabaseWrapper, cursor: CursorWrapper, model: type[Model], field: GeometryField
) -> None:
    table, column = model._meta.db_table, column_of(field)
    if connection.vendor == "sqlite":
        ensure_rtree(cursor, table, column_of(model._meta.pk), column)
    elif connection.vendor == "postgresql":
        name = f"{table}_{column}_gist"[-LONGEST_NAME:]
        cursor.execute(f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" USING GIST ("{column}")')


def _indexed_fields() -> Iterator[tuple[type[Model], GeometryField]]:
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, GeometryField) and field.spatial_index:
                yield model, field
