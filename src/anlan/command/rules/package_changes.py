"""What a new version of a package changes: areas, people, crews, places, goods, the warning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anlan.command.packaging.summary import figure_text
from anlan.core.numerals import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["PartChange", "package_changes"]

NOTHING = "无"
Contents = dict[str, Any]
NAMED = {
    "units": ("units", "力量"),
    "hospitals": ("hospitals", "医院"),
    "shelters": ("shelters", "避难场所"),
}
"""Parts that are lists of names: the list inside the content, and what to call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """One thing that differs between two versions: what, before, now."""

    kind: str
    what: str
    old: str
    new: str


def package_changes(
    before: Mapping[str, Contents], after: Mapping[str, Contents]
) -> tuple[PartChange, ...]:
    """Return what differs between two versions, part by part; both are contents by kind."""
    found = []
    for kind, compare in COMPARED.items():
        old, new = before.get(kind), after.get(kind)
        if old is None or new is None:
            continue
        found += [
            PartChange(kind=kind, what=what, old=was or NOTHING, new=now or NOTHING)
            for what, was, now in compare(old, new)
            if was != now
        ]
    return tuple(found)


def _forecast(old: Contents, new: Contents) -> Iterator[tuple[str, str, str]]:
    zones = [_by_key(content["zones"]) for content in (old, new)]
    for key in dict.fromkeys((*zones[0], *zones[1])):
        label = (zones[1].get(key) or zones[0][key])["label"]
        sizes = [_sizes(found.get(key)) for found in zones]
        for name in dict.fromkeys((*sizes[0], *sizes[1])):
            yield f"{label}{name}", sizes[0].get(name, ""), sizes[1].get(name, "")


def _sizes(zone: Contents | None) -> dict[str, str]:
    if zone is None:
        return {}
    named = {name: figure_text(figure) for name, figure in zone["figures"].items()}
    return {"面积": figure_text(zone["area_km2"]), **named}


def _exposure(old: Contents, new: Contents) -> Iterator[tuple[str, str, str]]:
    zones = [_by_key(content["zones"]) for content in (old, new)]
    for key in dict.fromkeys((*zones[0], *zones[1])):
        label = (zones[1].get(key) or zones[0][key])["label"]
        people = [figure_text(found[key]["people"]) if key in found else "" for found in zones]
        yield f"{label}内人口", people[0], people[1]
    lists = [{row["name"] for row in content["facilities"]} for content in (old, new)]
    yield "区内重点设施", *_lists(*lists)


def _level(old: Contents, new: Contents) -> Iterator[tuple[str, str, str]]:
    yield "建议响应级别", old["level_name"], new["level_name"]
    yield "适用预案", old["plan_title"], new["plan_title"]


def _tasks(old: Contents, new: Contents) -> Iterator[tuple[str, str, str]]:
    yield "任务", *_lists(*({row["title"] for row in c["tasks"]} for c in (old, new)))


def _supplies(old: Contents, new: Contents) -> Iterator[tuple[str, str, str]]:
    sums = [_goods(content["consignments"]) for content in (old, new)]
    for name in dict.fromkeys((*sums[0], *sums[1])):
        yield name, sums[0].get(name, ""), sums[1].get(name, "")


def _goods(rows: Sequence[Contents]) -> dict[str, str]:
    total: dict[str, float] = {}
    units = {row["name"]: row["quantity"]["unit"] for row in rows}
    for row in rows:
        total[row["name"]] = total.get(row["name"], 0) + row["quantity"]["value"]
    return {name: f"{written(value)}{units[name]}" for name, value in total.items()}


def _closures(old: Contents, new: Contents) -> Iterator[tuple[str, str, str]]:
    yield "管制点", *_lists(*({row["text"] for row in c["points"]} for c in (old, new)))


def _warning(old: Contents, new: Contents) -> Iterator[tuple[str, str, str]]:
    yield "预警颜色", old["colour_name"], new["colour_name"]
    yield "预警范围", old["area_text"], new["area_text"]


def _named(rows: str, what: str) -> Callable[[Contents, Contents], Iterator[tuple[str, str, str]]]:
    def compare(old: Contents, new: Contents) -> Iterator[tuple[str, str, str]]:
        yield what, *_lists(*({row["name"] for row in content[rows]} for content in (old, new)))

    return compare


def _lists(old: set[str], new: set[str]) -> tuple[str, str]:
    """Return how many there were and are, and which left and came; equal if the lists are."""
    if old == new:
        return "", ""
    gone, come = sorted(old - new), sorted(new - old)
    was = f"{len(old)} 项" + (f"，不再列入：{'、'.join(gone)}" if gone else "")
    now = f"{len(new)} 项" + (f"，新增：{'、'.join(come)}" if come else "")
    return was, now


def _by_key(rows: Sequence[Contents]) -> dict[str, Contents]:
    return {row["key"]: row for row in rows}


COMPARED: dict[str, Callable[[Contents, Contents], Iterator[tuple[str, str, str]]]] = {
    "forecast": _forecast,
    "exposure": _exposure,
    "level": _level,
    "tasks": _tasks,
    **{kind: _named(rows, what) for kind, (rows, what) in NAMED.items()},
    "supplies": _supplies,
    "closures": _closures,
    "warning": _warning,
}
"""How each part is compared; the report has its own list of changes."""
