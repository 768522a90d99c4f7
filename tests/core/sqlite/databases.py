"""SQLite files beside the test database, each behind a connection of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["add_database", "count", "put"]


def add_database(alias: str, engine: str, file: Path | str, timeout: float = 20) -> None:
    """Make a database that `connections` knows as `alias`, with a table `t`."""
    settings: dict[str, Any] = {
        "ENGINE": engine,
        "NAME": str(file),
        "OPTIONS": {
            "timeout": timeout,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA wal_autocheckpoint=0",
        },
    }
    connections.databases[alias] = connections.configure_settings({"default": settings})["default"]
    with connections[alias].cursor() as cursor:
        cursor.execute("CREATE TABLE t(i integer primary key, who text)")


def put(connection: BaseDatabaseWrapper, who: str = "x") -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO t(who) VALUES (%s)", [who])


def count(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t")
        rows: int = cursor.fetchone()[0]
        return rows
