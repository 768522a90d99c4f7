"""A table to write to, in any database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["count", "make_table", "put"]


def make_table(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t(i integer primary key, who text)")


def put(connection: BaseDatabaseWrapper, who: str = "x") -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO t(who) VALUES (%s)", [who])


def count(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t")
        rows: int = cursor.fetchone()[0]
        return rows
