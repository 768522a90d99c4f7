"""Take fields from a parsed TOML table one by one, and note every mistake with its line."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anlan.plans.types import LEVELS, Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from anlan.plans.rules.positions import Path

__all__ = ["Notes", "Table"]

_SHOWN = 60


class Notes:
    """The findings about one file, and the lines of its keys."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self.file = file
        self.lines = lines
        self.findings: list[Finding] = []

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest table around it."""
        for size in range(len(path), 0, -1):
            if path[:size] in self.lines:
                return self.lines[path[:size]]
        return 1

    def add(self, path: Path, rule: str, value: object, message: str) -> None:
        """Note a mistake at a path."""
        self.add_at(self.line(path), key_text(path), rule, value, message)

    def remark(self, path: Path, rule: str, value: object, message: str) -> None:
        """Note what is worth a look but no reason to refuse."""
        self.add(path, rule, value, message)
        self.findings[-1] = replace(self.findings[-1], severity="notice")

    def add_at(self, line: int, key: str, rule: str, value: object, message: str) -> None:
        """Note a mistake at a line."""
        self.findings.append(
            Finding(
                file=self.file, line=line, key=key, rule=rule, value=_short(value), message=message
            )
        )


class Table:
    """One table of the file. Each field is taken once; `close` names what nobody asked for."""

    def __init__(self, notes: Notes, path: Path, content: Mapping[str, Any]) -> None:
        self.notes = notes
        self.path = path
        self.content = content
        self.taken: set[str] = set()

    @property
    def line(self) -> int:
        """Return the line of the table's header."""
        return self.notes.line(self.path)

    def wrong(self, key: str, rule: str, value: object, message: str) -> None:
        """Note a mistake in a field."""
        self.notes.add((*self.path, key), rule, value, message)

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return a text without blank ends; without a default it is required."""
        value = self._take(key, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, "type", value, "应填写非空文字（加引号）")
            return default or ""
        return value.strip()

    def name_of(
        self, key: str, names: Collection[str], kind: str, *, default: str | None = None
    ) -> str:
        """Return a text that must be one of the known names."""
        value = self.text(key, default=default)
        if value and value not in names:
            self.wrong(key, f"unknown-{kind}", value, unknown_message(kind, value, names))
        return value

    def texts(
        self, key: str, *, names: Collection[str] | None = None, kind: str = ""
    ) -> tuple[str, ...]:
        """Return a list of texts, empty if absent; with `names`, each must be known."""
        value = self._take(key, required=False)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, "type", value, "应填写列表，如 [“甲”, “乙”]")
            return ()
        found = []
        for number, item in enumerate(value):
            path = (*self.path, key, number)
            if not isinstance(item, str) or not item.strip():
                self.notes.add(path, "type", item, "列表中每一项都应为非空文字")
            elif names is not None and item not in names:
                self.notes.add(path, f"unknown-{kind}", item, unknown_message(kind, item, names))
            elif item in found:
                self.notes.add(path, "duplicate", item, "同一列表中重复")
            else:
                found.append(item)
        return tuple(found)

    def number(
        self, key: str, *, default: float | None = None, required: bool = True
    ) -> float | None:
        """Return a finite number that is not negative."""
        value = self._take(key, required=required and default is None)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(key, "type", value, "应填写数字")
        elif not math.isfinite(value) or value < 0:
            self.wrong(key, "range", value, "应为不小于0的有限数字")
        else:
            return float(value)
        return default

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, "type", value, "应填写 true 或 false")
            return default
        return value

    def level(self, key: str) -> int:
        """Return a response level 1 to 4, or 0 when it is wrong."""
        value = self._take(key, required=True)
        if value is None:
            return 0
        if isinstance(value, bool) or value not in LEVELS:
            self.wrong(key, "level", value, "响应级别应为1、2、3、4（1为最高）")
            return 0
        return int(value)

    def level_range(self) -> tuple[int, int]:
        """Return the highest and lowest level of `levels = [1, 3]`; all four when absent."""
        key = "levels"
        value = self._take(key, required=False)
        if value is None:
            return LEVELS[0], LEVELS[-1]
        pair = isinstance(value, list) and len(value) == 2
        if not pair or any(isinstance(x, bool) or x not in LEVELS for x in value):
            self.wrong(key, "level", value, "应写成 [最高级, 最低级]，如 [1, 3] 表示一级至三级")
        elif value[0] > value[1]:
            self.wrong(key, "level-order", value, "1为最高级，应先写数字小的")
        else:
            return value[0], value[1]
        return LEVELS[0], LEVELS[-1]

    def by_level(self, key: str) -> dict[int, float]:
        """Return numbers by level from `{ "1" = 8, "2" = 4 }`; empty when absent."""
        value = self._take(key, required=False)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong(key, "type", value, '应写成 { "1" = 8, "2" = 4 }')
            return {}
        inner = Table(self.notes, (*self.path, key), value)
        found = {}
        for level in LEVELS:
            quantity = inner.number(str(level), required=False)
            if quantity is not None:
                found[level] = quantity
        inner.close()
        return found

    def tables(self, key: str, *, required: bool = False) -> list[Table]:
        """Return the tables of a list `[[key]]`."""
        value = self._take(key, required=required)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.wrong(key, "type", value, f"应写成一个或多个 [[{key}]] 表")
            return []
        return [Table(self.notes, (*self.path, key, n), row) for n, row in enumerate(value)]

    def table(self, key: str) -> Table:
        """Return a table that must be there."""
        value = self._take(key, required=True)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, "type", value, f"应写成 [{key}] 表")
        return Table(self.notes, (*self.path, key), value if isinstance(value, dict) else {})

    def close(self) -> None:
        """Refuse every field that was not asked for: most are slips of the pen."""
        for key in self.content:
            if key not in self.taken:
                known = "、".join(sorted(self.taken))
                self.wrong(key, "unknown-key", key, f"不认识的字段；可用字段：{known}")

    def _take(self, key: str, *, required: bool) -> Any:
        self.taken.add(key)
        if required and key not in self.content:
            self.notes.add((*self.path, key), "required", "无", "缺少必填字段")
        return self.content.get(key)


_KINDS = {
    "post": "岗位代码",
    "resource": "资源种类",
    "event": "事件代码",
    "metric": "指标",
    "measure": "法定措施编号",
    "zone": "区域代码",
    "channel": "渠道",
    "mode": "方式",
    "clock": "计时起点",
    "conf": "可信度",
}


def unknown_message(kind: str, value: str, names: Collection[str]) -> str:
    """Say that a name is not known, with the nearest known ones."""
    near = [name for name in sorted(names) if name[:4] == value[:4]][:3]
    hint = f"；相近的有 {'、'.join(near)}" if near else ""
    return f"{_KINDS[kind]}不存在{hint}"


def key_text(path: Path) -> str:
    """Return a path as people write it: tasks[3].owner, counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
