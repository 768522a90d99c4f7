"""Further databases of a test, each behind an alias of `django.db.connections`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["alias_for", "sqlite_settings"]


def sqlite_settings(
    file: Path | str, engine: str = "anlan.core.sqlite", timeout: float = 20
) -> dict[str, Any]:
    """Return the settings of an SQLite file, as in production."""
    return {
        "ENGINE": engine,
        "NAME": str(file),
        "OPTIONS": {
            "timeout": timeout,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA wal_autocheckpoint=0",
        },
    }


@contextmanager
def alias_for(alias: str, settings: dict[str, Any]) -> Iterator[str]:
    """Let `connections[alias]` mean a database for a while."""
    connections.databases[alias] = connections.configure_settings({"default": settings})["default"]
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]
