"""Codes of kinds of event, and finding one from what a caller says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from anlan.core.dictionaries.tables import table

__all__ = ["EventCode", "event_code", "event_codes", "event_name", "search_event_codes"]

LEAF, SUB_CLASS = 3, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCode:
    """A kind of event: five characters, class, sub-class, kind (事件类型)."""

    code: str
    parent: str
    level: int
    class_name: str
    name: str
    aliases: tuple[str, ...]
    source: str
    mark: str


@cache
def event_codes() -> tuple[EventCode, ...]:
    """Return every code, classes and sub-classes included, in the order of the table."""
    aliases: dict[str, list[str]] = {}
    for row in table("event_aliases"):
        aliases.setdefault(row.text("code"), []).append(row.text("alias"))
    return tuple(
        EventCode(
            code=row.text("code"),
            parent=row.text("parent"),
            level=row.whole("level") or 0,
            class_name=row.text("class_zh"),
            name=row.text("name_zh"),
            aliases=tuple(aliases.get(row.text("code"), ())),
            source=row.source,
            mark=row.mark,
        )
        for row in table("event_codes")
    )


@cache
def _by_code() -> dict[str, EventCode]:
    return {entry.code: entry for entry in event_codes()}


def event_code(code: str) -> EventCode:
    """Return the entry of a code.

    Raises
    ------
    LookupError
        If the code is unknown.
    """
    try:
        return _by_code()[code]
    except KeyError:
        raise LookupError(f"没有编码为 {code!r} 的事件类型") from None


def event_name(code: str) -> str:
    """Return what a kind of event is called; a code that left the table is shown as it is."""
    try:
        return event_code(code).name
    except LookupError:
        return code


def search_event_codes(query: str, *, limit: int = 12) -> tuple[EventCode, ...]:
    """Return the kinds of event that fit what was typed, best first.

    A code or its beginning, a part of a name, or a word that callers use (液氨, 追尾, 积水), also
    inside a longer text. Kinds come before sub-classes; whole classes are not offered.
    """
    wanted = query.strip()
    if not wanted:
        return ()
    scored = [(_score(entry, wanted), entry) for entry in event_codes() if entry.level >= SUB_CLASS]
    found = sorted(
        ((score, entry) for score, entry in scored if score > 0),
        key=lambda pair: (-pair[0], pair[1].code),
    )
    return tuple(entry for _score_, entry in found[:limit])


def _score(entry: EventCode, wanted: str) -> float:
    code = wanted.upper()
    if entry.code == code:
        return 100.0
    leaf = 1.0 if entry.level == LEAF else 0.0
    catch_all = 0.5 if entry.code.endswith("99") else 0.0
    if len(code) > 1 and entry.code.startswith(code):
        return 80.0 + leaf - catch_all
    said = max((len(word) for word in entry.aliases if word in wanted), default=0)
    if said:
        return 50.0 + said + leaf
    if any(wanted in word for word in entry.aliases):
        return 45.0 + leaf
    if wanted in entry.name:
        return 60.0 * len(wanted) / len(entry.name) + leaf - catch_all
    kernel = entry.name.removesuffix("事故").removesuffix("灾害").removesuffix("事件")
    if len(kernel) > 1 and kernel in wanted:
        return 40.0 + len(kernel) + leaf
    return 0.0
