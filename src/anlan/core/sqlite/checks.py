"""What `anlan check` says about the embedded database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name

from anlan.core.sqlite.library import has_wal_reset_bug, sqlite3

__all__ = ["sqlite_is_fit"]

ENGINE = "anlan.core.sqlite"
NEEDED_PRAGMAS = {
    "journal_mode=wal": "readers and the writer must not wait for each other",
    "synchronous=full": "an acknowledged row must survive a power cut",
    "wal_autocheckpoint=0": "checkpoints belong to anlan.core.sqlite.maintenance alone",
}


@register()
def sqlite_is_fit(**_kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the library, and with the settings of each SQLite database."""
    databases = {
        alias: database
        for alias, database in settings.DATABASES.items()
        if database["ENGINE"] == ENGINE
    }
    if not databases:
        return []
    messages = [*_library_messages()]
    for alias, database in databases.items():
        messages += _settings_messages(alias, database)
    return messages


def _library_messages() -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    if has_wal_reset_bug(sqlite3.sqlite_version_info):
        messages.append(
            Warning(
                f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug (3.7.0 to 3.51.2).",
                hint="Install pysqlite3 0.6.1 or a Python with SQLite 3.51.3 or later. Until then "
                "the checkpoint routine of anlan.core.sqlite keeps the bug's precondition away.",
                id="anlan.W101",
            )
        )
    if not _has_rtree():
        messages.append(
            Error(
                f"SQLite {sqlite3.sqlite_version} was built without R*Tree.",
                hint="Install pysqlite3, or use PostgreSQL: spatial indexes need it.",
                id="anlan.E102",
            )
        )
    return messages


def _has_rtree() -> bool:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING rtree(id, x0, x1)")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


def _settings_messages(alias: str, database: dict[str, Any]) -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    options = database.get("OPTIONS", {})
    immediate = options.get("transaction_mode") == "IMMEDIATE"
    if not immediate:
        messages.append(
            Error(
                f'DATABASES["{alias}"]: transaction_mode must be "IMMEDIATE".',
                hint="A transaction that reads first and then writes is refused otherwise.",
                id="anlan.E103",
            )
        )
    if immediate and database.get("ATOMIC_REQUESTS"):
        messages.append(
            Error(
                f'DATABASES["{alias}"]: ATOMIC_REQUESTS makes every page view a writer.',
                hint="Remove it; services open their own transactions.",
                id="anlan.E104",
            )
        )
    command = options.get("init_command", "").lower().replace(" ", "")
    messages += [
        Error(
            f'DATABASES["{alias}"]: init_command lacks PRAGMA {pragma}.',
            hint=f"It is needed: {reason}.",
            id="anlan.E105",
        )
        for pragma, reason in NEEDED_PRAGMAS.items()
        if f"pragma{pragma}" not in command
    ]
    return messages
