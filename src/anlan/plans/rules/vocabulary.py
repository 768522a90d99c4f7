"""The names that plans may use, read from the tables in `plans/data`."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, cast

from anlan.plans.types import Metric, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["event_code_covers", "rows_of", "shipped_vocabulary"]


@cache
def rows_of(table: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table in `plans/data`, by its name without `.csv`."""
    source = files("anlan.plans") / "data" / f"{table}.csv"
    with source.open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def shipped_vocabulary(
    *, posts: Iterable[str] | None = None, resource_kinds: Iterable[str] | None = None
) -> Vocabulary:
    """Return the shipped names, narrowed to the posts and resource kinds that a city has.

    A code that we do not know by name keeps its code as name: a city may have posts of its own.
    """
    post_names = {row["code"]: row["name_zh"] for row in rows_of("posts")}
    kind_names = {row["code"]: row["name_zh"] for row in rows_of("resource_kinds")}
    return Vocabulary(
        posts=_narrowed(post_names, posts),
        resource_kinds=_narrowed(kind_names, resource_kinds),
        event_codes=frozenset(row["code"] for row in rows_of("event_codes")),
        metrics={
            row["code"]: Metric(
                code=row["code"],
                name=row["name_zh"],
                unit=row["unit"],
                worse=cast("Literal['up', 'down']", row["worse"]),
            )
            for row in rows_of("metrics")
        },
        measures={row["code"]: row["text_zh"] for row in rows_of("measures")},
        zones={row["code"]: row["name_zh"] for row in rows_of("zones")},
    )


def event_code_covers(code: str, event: str) -> int:
    """Return how closely `code` covers `event`: 3 the same leaf, 2 its sub-class, 1 its class, 0 no.

    Codes have five characters: class two, sub-class letter, leaf two; zeros stand for "all".
    """
    if code == event:
        return 3
    if code.endswith("00") and code[2] != "0" and event.startswith(code[:3]):
        return 2
    if code.endswith("000") and event.startswith(code[:2]):
        return 1
    return 0


def _narrowed(names: dict[str, str], known: Iterable[str] | None) -> dict[str, str]:
    return names if known is None else {code: names.get(code, code) for code in known}
