"""Fair turns between writers, and nothing else changed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connections, transaction

from anlan.core.sqlite.base import DatabaseWrapper
from core.sqlite.databases import count, put

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("files")

FEW = 6
"""Of two writers that go before a page: each has its turn, and may count it a little late."""


def is_held() -> bool:
    connection = connections["fair"]
    assert isinstance(connection, DatabaseWrapper)
    return connection.turn is not None and connection.turn.held


def test_the_turn_is_held_exactly_during_a_transaction() -> None:
    fair = connections["fair"]
    put(fair)
    assert not is_held()
    with transaction.atomic(using="fair"):
        assert is_held()
        with transaction.atomic(using="fair"):
            put(fair)
        with pytest.raises(KeyError), transaction.atomic(using="fair"):
            put(fair)
            raise KeyError
        assert is_held()
    assert not is_held()
    assert count(fair) == 2


@pytest.mark.parametrize("ending", ["error", "rollback", "nothing", "close"])
def test_the_turn_is_given_back_however_a_transaction_ends(ending: str) -> None:
    fair = connections["fair"]
    if ending == "error":
        with pytest.raises(ZeroDivisionError), transaction.atomic(using="fair"):
            put(fair)
            raise ZeroDivisionError
    elif ending == "close":
        with transaction.atomic(using="fair"):
            pass
        fair.close()
    else:
        with transaction.atomic(using="fair"):
            transaction.set_rollback(ending == "rollback", using="fair")
    assert not is_held()
    assert count(fair) == 0


def test_a_connection_closed_inside_a_transaction_frees_the_turn() -> None:
    def work() -> None:
        with pytest.raises(Exception), transaction.atomic(using="fair"):  # noqa: B017, PT011
            put(connections["fair"])
            connections["fair"].close()
            raise RuntimeError
        connections["fair"].close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    with transaction.atomic(using="fair"):  # would hang if the lock had been left behind
        put(connections["fair"])


def test_a_database_in_memory_needs_no_turn() -> None:
    with transaction.atomic(using="memory"):
        put(connections["memory"])
    memory = connections["memory"]
    assert isinstance(memory, DatabaseWrapper)
    assert memory.turn is None
    assert count(memory) == 1


def overtaken_beside_busy_writers(alias: str, pages: int) -> tuple[int, int]:
    """Return how many writers at most went before a page that waited, and how many were refused."""
    stop, commits, most, refused = threading.Event(), list[None](), 0, 0

    def writer() -> None:
        while not stop.is_set():
            try:
                with transaction.atomic(using=alias):
                    put(connections[alias], "writer")
                    time.sleep(0.004)  # a disk with slow fsync
                commits.append(None)
            except OperationalError:
                pass
        connections[alias].close()

    writers = [threading.Thread(target=writer) for _ in range(2)]
    for thread in writers:
        thread.start()
    for _ in range(pages):
        before = len(commits)
        try:
            with transaction.atomic(using=alias):
                put(connections[alias], "page")
        except OperationalError:
            refused += 1
        most = max(most, len(commits) - before)
        time.sleep(0.01)
    stop.set()
    for thread in writers:
        thread.join()
    return most, refused


@pytest.mark.slow
def test_a_page_gets_its_turn_beside_busy_writers() -> None:
    most, refused = overtaken_beside_busy_writers("fair", pages=25)
    assert refused == 0
    assert most <= FEW


@pytest.mark.slow
def test_the_stock_engine_lets_a_page_wait_longer() -> None:
    """What the fair engine is for. When this fails, Django or SQLite have learned to queue."""
    most, refused = overtaken_beside_busy_writers("stock", pages=12)
    assert refused > 0 or most > FEW


def test_the_turn_lies_beside_the_database(files: Path) -> None:
    with transaction.atomic(using="fair"):
        put(connections["fair"])
    assert {"fair.db.gate", "fair.db.turn"} <= {p.name for p in files.iterdir()}
