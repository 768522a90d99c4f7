from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from core.sqlite.databases import make_table
from kit.databases import alias_for, sqlite_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import DjangoDbBlocker


@pytest.fixture
def files(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """Databases `fair` and `stock`, one file each, and `memory`."""
    databases = {
        "fair": sqlite_settings(tmp_path / "fair.db"),
        "stock": sqlite_settings(tmp_path / "stock.db", "django.db.backends.sqlite3", timeout=1),
        "memory": sqlite_settings(":memory:"),
    }
    with django_db_blocker.unblock(), ExitStack() as stack:
        for alias, settings in databases.items():
            make_table(connections[stack.enter_context(alias_for(alias, settings))])
        yield tmp_path
