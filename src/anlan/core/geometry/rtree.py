"""The R*Tree index of a geometry column on SQLite.

Table and trigger names and semantics are those of the GeoPackage extension `gpkg_rtree_index`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from django.db.backends.utils import CursorWrapper
    from django.db.models import Field

__all__ = ["column_of", "drop_stale", "ensure_rtree", "rtree_name"]

EVENTS = ("insert", "update", "delete")


def column_of(field: Field[Any, Any]) -> str:
    """Return the column of a field."""
    return str(field.column)


def rtree_name(table: str, column: str) -> str:
    """Return the name of the index table of a column."""
    return f"rtree_{table}_{column}"


def drop_stale(cursor: CursorWrapper, wanted: Iterable[tuple[str, str]]) -> None:
    """Remove the indexes of columns that are not `wanted`.

    A renamed table keeps its old triggers, and they go on writing to the old index.
    """
    keep = {rtree_name(table, column) for table, column in wanted}
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'rtree!_%%' ESCAPE '!'",
        [],
    )
    for (trigger,) in cursor.fetchall():
        tree, _, event = trigger.rpartition("_")
        if event in EVENTS and tree not in keep:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger}"')
            cursor.execute(f'DROP TABLE IF EXISTS "{tree}"')


def ensure_rtree(cursor: CursorWrapper, table: str, key: str, column: str) -> bool:
    """Create and fill the index and its triggers unless they are there; tell whether it did.

    A table that a migration remade has lost its triggers, and its index may be out of date.
    """
    tree = rtree_name(table, column)
    cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=%s", [table])
    present = {name for (name,) in cursor.fetchall()}
    if {f"{tree}_{event}" for event in EVENTS} <= present:
        return False
    cursor.execute(
        f'CREATE VIRTUAL TABLE IF NOT EXISTS "{tree}" USING rtree(id, minx, maxx, miny, maxy)'
    )
    cursor.execute(f'DELETE FROM "{tree}"')  # noqa: S608 - names come from model fields
    cursor.execute(
        f'INSERT INTO "{tree}" SELECT "{key}", {_box(column)} FROM "{table}" '  # noqa: S608
        f'WHERE "{column}" NOT NULL AND NOT ST_IsEmpty("{column}")'
    )
    for event, action in _triggers(tree, table, key, column).items():
        cursor.execute(f'DROP TRIGGER IF EXISTS "{tree}_{event}"')
        cursor.execute(f'CREATE TRIGGER "{tree}_{event}" {action}')
    return True


def _box(column: str, row: str = "") -> str:
    name = f'{row}"{column}"'
    return ", ".join(f"ST_{corner}({name})" for corner in ("MinX", "MaxX", "MinY", "MaxY"))


def _triggers(tree: str, table: str, key: str, column: str) -> dict[str, str]:
    put = (
        f'INSERT OR REPLACE INTO "{tree}" SELECT NEW."{key}", {_box(column, "NEW.")} '
        f'WHERE NEW."{column}" NOT NULL AND NOT ST_IsEmpty(NEW."{column}");'
    )
    remove = f'DELETE FROM "{tree}" WHERE id=OLD."{key}";'  # noqa: S608
    return {
        "insert": f'AFTER INSERT ON "{table}" WHEN NEW."{column}" NOT NULL BEGIN {put} END',
        "update": (
            f'AFTER UPDATE ON "{table}" '
            f'WHEN OLD."{column}" IS NOT NEW."{column}" OR OLD."{key}" != NEW."{key}" '
            f"BEGIN {remove} {put} END"
        ),
        "delete": (f'AFTER DELETE ON "{table}" WHEN OLD."{column}" NOT NULL BEGIN {remove} END'),
    }
