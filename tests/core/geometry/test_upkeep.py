"""Indexes heal after every migration."""

from __future__ import annotations

import pytest
from django.db import connection, models

from anlan.core.geometry.upkeep import ensure_indexes
from kit.geodemo.models import Building, Site

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite remakes tables"),
]


def triggers_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type='trigger' AND tbl_name=%s", [table]
        )
        count: int = cursor.fetchone()[0]
        return count


def test_an_index_heals_after_its_table_was_remade() -> None:
    Site.objects.create(name="s", kind="a", location=(117, 36))
    assert triggers_of("geodemo_site") == 3
    old, new = Site._meta.get_field("name"), models.CharField(max_length=60)
    new.set_attributes_from_name("name")
    new.model = Site
    with connection.schema_editor() as editor:
        editor.alter_field(Site, old, new, strict=True)
    assert triggers_of("geodemo_site") == 0
    ensure_indexes()
    assert triggers_of("geodemo_site") == 3
    assert Site.objects.filter(location__bbox=(116, 35, 118, 37)).exists()


def test_a_renamed_table_leaves_no_stale_index() -> None:
    Building.objects.create(name="b", outline=(117, 36))
    _rename("geodemo_building", "geodemo_place")
    try:
        ensure_indexes()
        tables = connection.introspection.table_names()
        assert "rtree_geodemo_place_outline" in tables
        assert "rtree_geodemo_building_outline" not in tables
        assert Building.objects.filter(outline__bbox=(116, 35, 118, 37)).count() == 1
    finally:
        _rename("geodemo_place", "geodemo_building")
        ensure_indexes()


def _rename(old: str, new: str) -> None:
    with connection.schema_editor() as editor:
        editor.alter_db_table(Building, old, new)
    Building._meta.db_table = new
    for field in Building._meta.local_fields:
        field.__dict__.pop("cached_col", None)  # Django caches the column with its table's name
