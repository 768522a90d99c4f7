from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connections

from core.sqlite.databases import add_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import DjangoDbBlocker


@pytest.fixture
def files(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """Databases `fair` and `stock`, one file each, and `memory`."""
    with django_db_blocker.unblock():
        add_database("fair", "anlan.core.sqlite", tmp_path / "fair.db")
        add_database("stock", "django.db.backends.sqlite3", tmp_path / "stock.db", timeout=1)
        add_database("memory", "anlan.core.sqlite", ":memory:")
        yield tmp_path
        for alias in ("fair", "stock", "memory"):
            connections[alias].close()
            del connections[alias]
            del connections.databases[alias]
