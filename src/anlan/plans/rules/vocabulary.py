"""The names that plans may use, from the tables in `plans/data` and the shared norm tables."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, cast

from anlan.core.dictionaries import event_codes, table
from anlan.plans.types import Metric, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["event_code_covers", "rows_of", "shipped_vocabulary", "trusting_vocabulary"]

ARTICLES = {
    "warning_level_3_4": "art66",
    "warning_level_1_2_additional": "art67",
    "response_disaster_accident_health": "art73",
    "response_social_security": "art74",
}
"""Sets of measures by the article of 突发事件应对法(2024) that lists them."""


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
        event_codes=frozenset(entry.code for entry in event_codes()),
        metrics={
            row["code"]: Metric(
                code=row["code"],
                name=row["name_zh"],
                unit=row["unit"],
                worse=cast("Literal['up', 'down']", row["worse"]),
            )
            for row in rows_of("metrics")
        },
        measures={
            f"{ARTICLES[row.text('set')]}.{row.text('item')}": row.text("action_zh")
            for row in table("response_actions")
        },
        zones={row["code"]: row["name_zh"] for row in rows_of("zones")},
    )


def trusting_vocabulary() -> Vocabulary:
    """Return names that take any post and resource kind, for text that was checked when stored."""
    known = shipped_vocabulary()
    return replace(
        known, posts=_AnyName(known.posts), resource_kinds=_AnyName(known.resource_kinds)
    )


class _AnyName(dict[str, str]):
    """Names of which none is refused."""

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)


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
