from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction

from anlan.core.sqlite.maintenance import Checkpointer, wal_bytes
from core.sqlite.databases import count, put

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("files")


def grow(rows: int = 50) -> None:
    for _ in range(rows):
        with transaction.atomic(using="fair"):
            put(connections["fair"], "x" * 4000)


def test_nobody_else_checkpoints(files: Path) -> None:
    grow(1200)
    assert wal_bytes(files / "fair.db") > 4 * 2**20


def test_a_checkpoint_lets_the_log_be_used_again(files: Path) -> None:
    grow()
    before = wal_bytes(files / "fair.db")
    with Checkpointer(files / "fair.db") as checkpointer:
        assert checkpointer.run(above=0)
        grow(5)
        assert wal_bytes(files / "fair.db") == before
        assert not checkpointer.run(above=2**30)
    assert count(connections["fair"]) == 55


def test_a_reader_is_not_disturbed(files: Path) -> None:
    grow()
    reader = sqlite3.connect(files / "fair.db", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM t").fetchone() == (50,)
    grow(5)
    with Checkpointer(files / "fair.db") as checkpointer:
        assert not checkpointer.run(above=0)
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (50,)
        reader.execute("COMMIT")
        assert checkpointer.run(above=0)
    reader.close()
    assert count(connections["fair"]) == 55


def test_the_turn_is_free_afterwards(files: Path) -> None:
    grow(2)
    with Checkpointer(files / "fair.db") as checkpointer:
        checkpointer.run(above=0)
        grow(2)


def test_a_database_without_log_has_none(tmp_path: Path) -> None:
    assert wal_bytes(tmp_path / "missing.db") == 0
