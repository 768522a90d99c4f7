"""Which SQLite library this process uses. Imports nothing of Django.

SQLite 3.7.0 to 3.51.2 can lose committed rows or corrupt a WAL database when a commit resets the
WAL while another connection checkpoints (sqlite.org/wal.html#walresetbug; fixed in 3.51.3, also in
3.44.6 and 3.50.7). Most distributions ship such a version. The wheel `pysqlite3` carries a newer
one, but has no build for every machine: where it is missing, `maintenance` excludes the
precondition of the bug and `checks` says so.

Our own code takes the module from here (`from anlan.core.sqlite.library import sqlite3`), so that
the choice is made before it is used, whatever was imported first.
"""

from __future__ import annotations

import importlib
import sys

__all__ = ["has_wal_reset_bug", "sqlite3", "use_newest_sqlite"]

FIRST_AFFECTED, FIRST_FIXED = (3, 7, 0), (3, 51, 3)
FIXED_BRANCHES = {(3, 44): 6, (3, 50): 7}
"""Older branches that got the repair: (major, minor) to the first repaired patch."""


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Tell whether an SQLite version is in the affected range."""
    repaired_at = FIXED_BRANCHES.get(version[:2])
    if repaired_at is not None and version[2] >= repaired_at:
        return False
    return FIRST_AFFECTED <= version < FIRST_FIXED


def use_newest_sqlite() -> None:
    """Let `import sqlite3` mean `pysqlite3` where that is installed and newer.

    Must run before anything opens the database: two SQLite libraries in one process on one file
    drop each other's POSIX locks (sqlite.org/howtocorrupt.html).

    Raises
    ------
    RuntimeError
        If Django's SQLite backend was already loaded with the other library.
    """
    try:
        newer = importlib.import_module("pysqlite3")
    except ImportError:
        return
    current = importlib.import_module("sqlite3")
    if current is newer or current.sqlite_version_info >= newer.sqlite_version_info:
        return
    if "django.db.backends.sqlite3.base" in sys.modules:
        raise RuntimeError("use_newest_sqlite() must run before Django opens a database")
    sys.modules["sqlite3"] = newer
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")


use_newest_sqlite()

import sqlite3  # noqa: E402 - after the choice
