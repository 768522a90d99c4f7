"""The tables that this package carries: CSV files whose first lines say where the numbers come from."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

__all__ = ["note_of", "rows_of"]


@lru_cache(maxsize=32)
def _lines(table: str) -> tuple[str, ...]:
    text = (files("anlan.citypack") / "data" / f"{table}.csv").read_text(encoding="utf-8")
    return tuple(text.splitlines())


def rows_of(table: str) -> list[dict[str, str]]:
    """Return the rows of one of our tables."""
    return list(csv.DictReader(line for line in _lines(table) if not line.startswith("#")))


def note_of(table: str) -> str:
    """Return what the head of a table says about its source."""
    return " ".join(line[1:].strip() for line in _lines(table) if line.startswith("#"))
