from __future__ import annotations

import sqlite3
import subprocess
import sys
from typing import Any

import pytest
from django.test import override_settings

from anlan.core.sqlite import checks
from anlan.core.sqlite.library import has_wal_reset_bug


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_the_range_of_the_wal_reset_bug(version: tuple[int, int, int], affected: bool) -> None:
    assert has_wal_reset_bug(version) == affected


def test_the_settings_bring_the_newest_library_before_django() -> None:
    program = (
        "import anlan.config.settings, sqlite3, sys\n"
        "assert 'django.db' not in sys.modules\n"
        "print(sqlite3.sqlite_version)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    pysqlite3 = pytest.importorskip("pysqlite3")
    newest = max(sqlite3.sqlite_version_info, pysqlite3.sqlite_version_info)
    assert tuple(int(part) for part in run.stdout.split(".")) == newest


def test_one_process_uses_one_library() -> None:
    from django.db.backends.sqlite3.base import Database  # type: ignore[attr-defined]

    assert Database.sqlite_version == sqlite3.sqlite_version


def test_the_library_is_not_swapped_under_an_open_backend() -> None:
    program = (
        "import sys, types\n"
        "newer = types.ModuleType('pysqlite3'); newer.sqlite_version_info = (9, 0, 0)\n"
        "sys.modules['pysqlite3'] = newer\n"
        "from django.db.backends.sqlite3 import base\n"
        "from anlan.core.sqlite.library import use_newest_sqlite\n"
        "use_newest_sqlite()"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "RuntimeError: use_newest_sqlite() must run before" in run.stderr


def found(**database: Any) -> set[str | None]:
    options = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA wal_autocheckpoint=0",
    } | database.pop("OPTIONS", {})
    settings = {"ENGINE": "anlan.core.sqlite", "OPTIONS": options} | database
    with override_settings(DATABASES={"default": settings}):
        return {message.id for message in checks.sqlite_is_fit()}


# Overriding DATABASES does not change connections, and Django says so.
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES:UserWarning")
def test_the_check_names_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    library = {"anlan.W101"} if has_wal_reset_bug(sqlite3.sqlite_version_info) else set()
    assert found() == library
    assert found(ENGINE="django.db.backends.postgresql") == set()
    assert found(OPTIONS={"transaction_mode": "DEFERRED"}) == library | {"anlan.E103"}
    assert found(ATOMIC_REQUESTS=True) == library | {"anlan.E104"}
    assert found(OPTIONS={"init_command": "PRAGMA journal_mode=WAL"}) == library | {"anlan.E105"}
    monkeypatch.setattr(checks, "has_wal_reset_bug", lambda version: True)
    monkeypatch.setattr(checks, "_has_rtree", lambda: False)
    assert found() == {"anlan.W101", "anlan.E102"}


def test_this_library_has_an_rtree() -> None:
    assert checks._has_rtree()
