"""The table of a consequence chain: events, links between them, and what makes a table sound.

A table is data: `shipped_table()` is the one that Anlan brings, `read_table(nodes, links)` reads
another in the same two CSV files (`science/chain/data`). A cycle, an unknown event, a form that
does not exist or a number outside its range is refused with the row.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping  # noqa: TC003 (a field of a dataclass)
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

__all__ = ["CHANCES", "SIZES", "Link", "LinkTable", "Node", "read_table", "shipped_table"]

COUNTS = ("rate", "quadratic", "each", "portion", "fragile")
"""Forms that draw a number of cases; the event happens when there is at least one."""

CHANCES = ("always", "chance", "threshold", "fragility", *COUNTS)
SIZES = ("count", "value", "power", "ratio", "fragility")
NEEDED = {
    "always": "", "chance": "a", "threshold": "ab", "fragility": "ab", "rate": "ab",
    "quadratic": "ab", "each": "a", "portion": "ab", "fragile": "ab",
}  # fmt: skip
SHARES = {"chance": "a", "threshold": "b", "each": "a"}
"""Forms of which one coefficient is a probability."""

CONFIDENCES = ("V", "M", "示例")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An event of the chain.

    Parameters
    ----------
    key, title, title_zh : str
        Identifier and names. [-]
    unit : str
        Unit of its size, `1` for counts and shares. [-]
    combine : str
        How several causes add up: `max` or `sum`. [-]
    limit : float
        Largest size. [unit]
    kind : str
        `hazard`, `lifeline` or `consequence`. [-]
    """

    key: str
    title: str
    title_zh: str
    unit: str
    combine: str = "max"
    limit: float = math.inf
    kind: str = "hazard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One event brings about another; `science/chain/data/links.csv` explains the forms.

    Parameters
    ----------
    key, cause, effect : str
        Identifier, and the events that are joined. [-]
    chance : str
        Form of the probability. [-]
    a, b : float or None
        Its coefficients. [of the form]
    exposure : str
        Name of the exposed quantity in the context, empty for none. [-]
    spread : float
        Standard deviation of the logarithm of the uncertain factor. [1]
    size : str
        Form of the size. [-]
    c, d : float or None
        Its coefficients. [of the form]
    size_exposure : str
        Name of the exposed quantity that the size takes. [-]
    size_spread : float
        Standard deviation of the logarithm of the size. [1]
    upper : float
        Largest size of the cause for which the relation is meant. [unit of the cause]
    delay_low, delay_high : float
        Between cause and effect. [s]
    reason, source, confidence : str
        In Chinese; where it comes from; V, M or 示例. [-]
    """

    key: str
    cause: str
    effect: str
    chance: str = "always"
    a: float | None = None
    b: float | None = None
    exposure: str = ""
    spread: float = 0.0
    size: str = "value"
    c: float | None = None
    d: float | None = None
    size_exposure: str = ""
    size_spread: float = 0.0
    upper: float = math.inf
    delay_low: float = 0.0
    delay_high: float = 0.0
    reason: str = ""
    source: str
    confidence: str = "M"

    def __post_init__(self) -> None:
        """Refuse a row that cannot be meant."""

        def refuse(rule: str, value: object) -> None:
            raise ValueError(f"link {self.key}: {rule}, got {value!r}")

        if self.chance not in CHANCES:
            refuse(f"chance must be one of {', '.join(CHANCES)}", self.chance)
        if self.size not in SIZES:
            refuse(f"size must be one of {', '.join(SIZES)}", self.size)
        for name in NEEDED[self.chance]:
            if getattr(self, name) is None:
                refuse(f"chance {self.chance} needs {name}", None)
        share = SHARES.get(self.chance)
        if share and not 0.0 <= getattr(self, share) <= 1.0:
            refuse(f"{share} must be between 0 and 1", getattr(self, share))
        if self.chance in {"fragility", "fragile"} and not (self.a or 0) > 0 < (self.b or 0):
            refuse("a and b of a fragility must be > 0", (self.a, self.b))
        if self.chance in {"rate", "portion"} and (self.a or 0.0) < 0:
            refuse("a must be >= 0", self.a)
        if self.chance in {"rate", "quadratic", "portion", "fragile"} and not self.exposure:
            refuse(f"chance {self.chance} needs an exposure", self.exposure)
        if self.size == "count" and self.chance not in COUNTS:
            refuse(f"size count needs a chance of {', '.join(COUNTS)}", self.chance)
        if self.size != "count" and self.c is None:
            refuse(f"size {self.size} needs c", None)
        if self.size in {"power", "ratio", "fragility"} and self.d is None:
            refuse(f"size {self.size} needs d", None)
        if self.size == "ratio" and not self.size_exposure:
            refuse("size ratio needs a size_exposure", "")
        if self.spread < 0 or self.size_spread < 0:
            refuse("spread must be >= 0", (self.spread, self.size_spread))
        if not 0.0 <= self.delay_low <= self.delay_high:
            refuse("delay must be 0 <= low <= high s", (self.delay_low, self.delay_high))
        if self.confidence not in CONFIDENCES:
            refuse(f"confidence must be one of {', '.join(CONFIDENCES)}", self.confidence)

    @property
    def exposures(self) -> tuple[str, ...]:
        """Names of the quantities that the context must give."""
        return tuple(name for name in (self.exposure, self.size_exposure) if name)


@dataclass(frozen=True, kw_only=True)
class LinkTable:
    """Events and the links between them, without a cycle.

    Parameters
    ----------
    nodes : mapping
        Key to event. [-]
    links : tuple of Link
        The links. [-]
    """

    nodes: Mapping[str, Node]
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        """Refuse unknown events, double keys and cycles."""
        seen = set()
        for link in self.links:
            if link.key in seen:
                raise ValueError(f"link {link.key}: the key stands twice in the table")
            seen.add(link.key)
            for end in (link.cause, link.effect):
                if end not in self.nodes:
                    raise ValueError(f"link {link.key}: there is no event {end}")
        for node in self.nodes.values():
            if node.combine not in {"max", "sum"}:
                raise ValueError(f"event {node.key}: combine must be max or sum")
        _ = self.order

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Events, causes before effects; the same for every order of the links."""
        causes: dict[str, set[str]] = {key: set() for key in self.nodes}
        for link in self.links:
            causes[link.effect].add(link.cause)
        done: list[str] = []
        while causes:
            free = sorted(key for key, before in causes.items() if not before)
            if not free:
                ring = ", ".join(sorted(causes))
                raise ValueError(f"the links run in a circle among {ring}")
            done += free
            for key in free:
                del causes[key]
            for before in causes.values():
                before.difference_update(free)
        return tuple(done)

    def into(self, node: str) -> tuple[Link, ...]:
        """Return the links that end at an event, by key.

        Parameters
        ----------
        node : str
            Key of the event. [-]
        """
        return tuple(sorted((k for k in self.links if k.effect == node), key=lambda k: k.key))

    def after(self, starts: set[str]) -> set[str]:
        """Return every event that may follow from some.

        Parameters
        ----------
        starts : set of str
            Keys of events. [-]
        """
        found = set(starts)
        for node in self.order:
            if any(link.cause in found for link in self.into(node)):
                found.add(node)
        return found


def read_table(nodes: str, links: str) -> LinkTable:
    """Read a table from the text of its two CSV files.

    Parameters
    ----------
    nodes : str
        Events, columns as in `data/nodes.csv`. [-]
    links : str
        Links, columns as in `data/links.csv`. [-]

    Raises
    ------
    ValueError
        Naming the row and the rule.
    """
    found = {}
    for row in _rows(nodes):
        limit = _number(row, "limit")
        found[row["key"]] = Node(
            key=row["key"], title=row["title"], title_zh=row["title_zh"], unit=row["unit"],
            combine=row["combine"], limit=math.inf if limit is None else limit, kind=row["kind"],
        )  # fmt: skip
    made = []
    for row in _rows(links):
        upper = _number(row, "upper")
        made.append(
            Link(
                key=row["key"],
                cause=row["cause"],
                effect=row["effect"],
                chance=row["chance"],
                a=_number(row, "a"),
                b=_number(row, "b"),
                exposure=row["exposure"],
                spread=_number(row, "spread") or 0.0,
                size=row["size"],
                c=_number(row, "c"),
                d=_number(row, "d"),
                size_exposure=row["size_exposure"],
                size_spread=_number(row, "size_spread") or 0.0,
                upper=math.inf if upper is None else upper,
                delay_low=_number(row, "delay_low") or 0.0,
                delay_high=_number(row, "delay_high") or 0.0,
                reason=row["reason"],
                source=row["source"],
                confidence=row["confidence"],
            )
        )
    return LinkTable(nodes=found, links=tuple(made))


def _rows(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            raise ValueError(f"row {number} ({row.get('key')}) has not as many cells as the header")
    return rows


def _number(row: Mapping[str, str], column: str) -> float | None:
    cell = row[column].strip()
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"row {row['key']}: {column} must be a number, got {cell!r}")
    return value


def shipped_table() -> LinkTable:
    """Return the table that Anlan brings; rows of confidence 示例 are to be replaced locally.

    Examples
    --------
    >>> table = shipped_table()
    >>> sorted(table.after({"hourly_rain"}) & {"power_loss", "telecom_loss", "fires"})
    ['fires', 'power_loss', 'telecom_loss']
    """
    folder = files("anlan.science.chain") / "data"
    return read_table(
        (folder / "nodes.csv").read_text(encoding="utf-8"),
        (folder / "links.csv").read_text(encoding="utf-8"),
    )
