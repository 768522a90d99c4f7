"""Counts over time from an uploaded table: cases by day or week, calls by hour.

The table is CSV with a heading line. Columns are known by Chinese or English names; a wrong cell
is refused with its line, its column and what it should be.
"""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.scenarios import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["DAY", "HOUR", "WEEK", "Counts", "read_counts"]

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
STEPS: Final[Mapping[timedelta, str]] = {HOUR: "小时", DAY: "日", WEEK: "周"}

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "time", "日期", "时间"),
    "count": ("count", "病例数", "数量", "件数"),
    "district": ("district", "区县", "地区"),
    "topic": ("topic", "syndrome", "病种", "症候群", "话题"),
}
"""Columns and the headings under which they are found."""

MOST_ROWS: Final = 300_000
"""Rows of a file that are read: five years by hour for six topics."""

MOST_POINTS: Final = 50_000
"""Points in time of one series."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """Counts at even distances in time.

    Parameters
    ----------
    first
        Time of the first point.
    step
        Distance between two points.
    groups
        District and topic of each row; empty where the table has no such column.
    values
        Counts, shape (groups, points); NaN where the table has no line.
    """

    first: datetime
    step: timedelta
    groups: tuple[tuple[str, str], ...]
    values: NDArray[np.float64]

    @property
    def points(self) -> int:
        """Return how many points in time there are."""
        return int(self.values.shape[1])

    def at(self, point: int) -> datetime:
        """Return the time of a point."""
        return self.first + point * self.step


def read_counts(text: str, field: str, *, steps: Sequence[timedelta], gaps: bool = False) -> Counts:
    """Read a table of counts.

    Parameters
    ----------
    text
        The file.
    field
        Name of the field in messages.
    steps
        Distances in time that are allowed.
    gaps
        Whether a point in time may lack any line. Otherwise it is refused, and a group without a
        line at a time that others have counts as zero.

    Raises
    ------
    ScenarioError
        Naming line, column, rule and value.
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    lines = [(k, row) for k, row in enumerate(rows, start=1) if any(c.strip() for c in row)]
    if len(lines) < 2:
        raise ScenarioError(field, "有一行表头（date,count）和至少一行数据", text[:40])
    if len(lines) > MOST_ROWS:
        raise ScenarioError(field, f"不多于 {MOST_ROWS} 行", len(lines))
    columns = _columns(lines[0][1], field)
    found: dict[tuple[str, str], dict[datetime, float]] = {}
    for line, row in lines[1:]:
        cells = {name: row[k].strip() if k < len(row) else "" for name, k in columns.items()}
        when = _time(cells["date"], line, field)
        group = (cells.get("district", ""), cells.get("topic", ""))
        held = found.setdefault(group, {})
        if when in held:
            raise ScenarioError(field, f"在第 {line} 行不重复已有的日期和分组", ",".join(row))
        held[when] = _count(cells["count"], line, field)
    return _even(found, field, steps, gaps=gaps)


def _columns(heading: Sequence[str], field: str) -> dict[str, int]:
    held = {cell.strip().lower(): k for k, cell in enumerate(heading)}
    found = {}
    for name, aliases in NAMES.items():
        at = next((held[a] for a in aliases if a in held), None)
        if at is not None:
            found[name] = at
    for name in ("date", "count"):
        if name not in found:
            rule = f"在表头有 {name} 列（或{'、'.join(NAMES[name][1:])}）"
            raise ScenarioError(field, rule, ",".join(heading))
    return found


def _time(cell: str, line: int, field: str) -> datetime:
    rule = f"在第 {line} 行 date 列为日期或时间，如 2026-03-01 或 2026-03-01 08:00"
    try:
        when = datetime.fromisoformat(cell.replace("/", "-"))
    except ValueError:
        raise ScenarioError(field, rule, cell) from None
    return when.replace(tzinfo=None)


def _count(cell: str, line: int, field: str) -> float:
    rule = f"在第 {line} 行 count 列为不小于 0 的整数"
    try:
        number = int(cell)
    except ValueError:
        raise ScenarioError(field, rule, cell) from None
    if not 0 <= number <= 10_000_000:
        raise ScenarioError(field, rule, cell)
    return float(number)


def _even(
    found: Mapping[tuple[str, str], Mapping[datetime, float]],
    field: str,
    steps: Sequence[timedelta],
    *,
    gaps: bool,
) -> Counts:
    """Lay the counts out at even distances in time."""
    times = sorted({when for held in found.values() for when in held})
    step = min((b - a for a, b in itertools.pairwise(times)), default=steps[0])
    words = "、".join(STEPS[s] for s in steps)
    if step not in steps:
        raise ScenarioError(field, f"按{words}等间隔统计", str(step))
    first = times[0]
    points = int((times[-1] - first) / step) + 1
    if points > MOST_POINTS:
        raise ScenarioError(field, f"不多于 {MOST_POINTS} 期", points)
    for when in times:
        if (when - first) % step:
            raise ScenarioError(field, f"每隔一{STEPS[step]}一期", f"{when:%Y-%m-%d %H:%M}")
    groups = tuple(sorted(found))
    values = np.full((len(groups), points), np.nan)
    for k, group in enumerate(groups):
        for when, number in found[group].items():
            values[k, int((when - first) / step)] = number
    if not gaps:
        bare = np.isnan(values).all(axis=0)
        if bare.any():
            missing = first + int(np.argmax(bare)) * step
            rule = f"每{STEPS[step]}都有数据（没有病例写 0）"
            raise ScenarioError(field, rule, f"缺 {missing:%Y-%m-%d}")
        values = np.nan_to_num(values, nan=0.0)
    return Counts(first=first, step=step, groups=groups, values=values)
