"""The lane of this installation, made from the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from anlan.core.live.group_commit import GroupCommit
from anlan.core.live.hub import Hub, HubLimits
from anlan.core.live.lane import LaneLimits, LiveLane
from anlan.core.live.sqlite_store import SqliteSource, SqliteStore
from anlan.core.live.tickets import STREAM_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.core.live.store import EventSource, ReportStore

__all__ = ["live_lane"]

LIBPQ_NAMES = {"NAME": "dbname", "HOST": "host", "PORT": "port", "USER": "user"}


def live_lane() -> LiveLane:
    """Return the lane on the default database."""
    source, connect = _database(settings.DATABASES["default"])
    hub = Hub(source, HubLimits(stream=STREAM_SECONDS))
    limits = LaneLimits(
        reports_per_second=settings.ANLAN_REPORT_RATE,
        trusted_proxies=frozenset(settings.ANLAN_TRUSTED_PROXIES),
    )
    return LiveLane(hub, GroupCommit(connect, on_commit=hub.ring), limits)


def _database(database: dict[str, Any]) -> tuple[EventSource, Callable[[], ReportStore]]:
    if database["ENGINE"] == "anlan.core.sqlite":
        file = Path(database["NAME"])
        return SqliteSource(file), lambda: SqliteStore(file)
    # psycopg is an extra: an embedded installation runs without it.
    from anlan.core.live.postgres_store import PostgresSource, PostgresStore  # noqa: PLC0415

    conninfo = {libpq: database[name] for name, libpq in LIBPQ_NAMES.items() if database.get(name)}
    if database.get("PASSWORD"):
        conninfo["password"] = database["PASSWORD"]
    return PostgresSource(conninfo), lambda: PostgresStore(conninfo)
