"""The stores on real tables of both databases, without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connections

from anlan.core.live.intake import ReportRow
from anlan.core.live.postgres_store import PostgresSource, PostgresStore
from anlan.core.live.sqlite_store import SqliteSource, SqliteStore
from anlan.core.live.store import Event, KeyReused, Outcome, Receipt, StorageFull
from anlan.core.sqlite.library import sqlite3
from core.live.rows import database_of, is_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker

    from anlan.core.live.store import EventSource, ReportStore
    from kit.servers import Site


def row(key: str, content: str = "x", division: str = "370102000000") -> ReportRow:
    return ReportRow(key, content.encode(), division, '{"text": "闻到燃气味"}')


def conninfo(site: Site) -> dict[str, str]:
    names = {"ANLAN_POSTGRES": "dbname", "PGHOST": "host", "PGPORT": "port", "PGUSER": "user"}
    return {libpq: site.environment[name] for name, libpq in names.items()}


@pytest.fixture
def store(site: Site) -> Iterator[ReportStore]:
    store: ReportStore
    store = PostgresStore(conninfo(site)) if is_postgres(site) else SqliteStore(site.database)
    yield store
    store.close()


@pytest.fixture
def source(site: Site) -> Iterator[EventSource]:
    source: EventSource
    source = PostgresSource(conninfo(site)) if is_postgres(site) else SqliteSource(site.database)
    source.open()
    yield source
    source.close()


def summary(outcomes: list[Outcome]) -> list[bool | None]:
    return [outcome.created if isinstance(outcome, Receipt) else None for outcome in outcomes]


def test_a_batch_is_stored_and_announced_by_division(
    store: ReportStore, source: EventSource
) -> None:
    rows = [row("a"), row("b"), row("c", division="370103000000"), row("d", division="")]
    first = store.write(rows)
    assert summary(first) == [True] * 4
    events = source.read(0, upto=2**62, limit=100)
    assert source.changed()
    assert {(e.topic, e.division, e.lane) for e in events} == {
        ("report", "370102000000", "actual"),
        ("report", "370103000000", "actual"),
        ("report", "", "actual"),
    }
    assert sum('"count": 2' in e.payload for e in events) == 1
    assert source.tail() == events[0].id
    assert source.head() == events[-1].id
    assert isinstance(events[0], Event)


def test_the_same_report_again_is_the_same_receipt_and_no_event(
    store: ReportStore, source: EventSource
) -> None:
    (first,) = store.write([row("a")])
    head = source.head()
    (again,) = store.write([row("a")])
    assert isinstance(first, Receipt)
    assert again == Receipt(id=first.id, created=False)
    assert source.head() == head


def test_a_key_with_another_content_is_refused(store: ReportStore) -> None:
    store.write([row("a")])
    refused, stored = store.write([row("a", "y"), row("b")])
    assert isinstance(refused, KeyReused)
    assert summary([stored]) == [True]


def test_twins_in_one_batch_are_created_once_and_rivals_refused(store: ReportStore) -> None:
    outcomes = store.write([row("a"), row("a"), row("a", "y"), row("b")])
    assert summary(outcomes) == [True, False, None, True]


def test_a_batch_of_the_largest_size_is_stored(store: ReportStore) -> None:
    assert summary(store.write([row(f"k{i}") for i in range(500)])) == [True] * 500


def test_a_failed_batch_leaves_nothing_and_the_store_goes_on(
    store: ReportStore, site: Site, django_db_blocker: DjangoDbBlocker
) -> None:
    broken = ReportRow("bad", b"x", "", "no json")
    with pytest.raises((sqlite3.IntegrityError, psycopg.Error)):
        store.write([row("a"), broken])
    assert summary(store.write([row("b")])) == [True]
    with django_db_blocker.unblock(), database_of(site) as alias:
        cursor = connections[alias].cursor()
        cursor.execute("SELECT key FROM live_intakereport")
        assert cursor.fetchall() == [("b",)]


def test_a_full_disk_is_named_as_such(sqlite_site: Site) -> None:
    store = SqliteStore(sqlite_site.database)
    (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
    store._connection.execute(f"PRAGMA max_page_count={pages + 2}")
    stored = 0
    with pytest.raises(StorageFull):
        while True:
            body = '{"text": "' + "x" * 2000 + '"}'
            store.write([ReportRow(f"k{stored}", b"x", "", body)])
            stored += 1
    store._connection.execute("PRAGMA max_page_count=1000000")
    assert summary(store.write([row("later")])) == [True]
    (count,) = store._connection.execute("SELECT count(*) FROM live_intakereport").fetchone()
    assert count == stored + 1
    store.close()


def test_a_source_that_is_not_open_raises_an_error_the_hub_knows(site: Site) -> None:
    closed: EventSource
    closed = PostgresSource(conninfo(site)) if is_postgres(site) else SqliteSource(site.database)
    for reading in (closed.head, lambda: closed.read(0, upto=1, limit=1)):
        with pytest.raises(closed.errors):
            reading()
