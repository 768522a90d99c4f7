"""Line numbers for a TOML text: which path stands on which line.

`tomllib` gives no positions for values, so the text is scanned a second time by the small reader
below. It expects text that `tomllib` has accepted; it does not judge syntax. A path is a tuple of
keys and list indices, as one would walk the parsed document: ``("tasks", 3, "depends", 0)``.
"""

from __future__ import annotations

import re
from bisect import bisect_left

__all__ = ["Path", "line_index"]

Path = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANK_AND_COMMAS = re.compile(r"(?:[ \t\r\n,]+|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]*")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")
_PLAIN = {'"': re.compile(r'[^"\\]*'), "'": re.compile(r"[^']*")}
"""What needs no second look inside a string, by its quotation mark."""

_ESCAPES = {
    "b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\",
}  # fmt: skip


def line_index(text: str) -> dict[Path, int]:
    """Return the 1-based line of every table, key and list element of a valid TOML text.

    Examples
    --------
    >>> line_index(chr(10).join(["[[t]]", "a = 1", "[[t]]", "a = 2"]))["t", 1, "a"]
    4
    """
    return _Scanner(text).scan()


class _Scanner:
    """One pass over the characters; `at` is the position, `line` its line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line_ends = [place.start() for place in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.table_counts: dict[Path, int] = {}

    @property
    def line(self) -> int:
        """The 1-based line of the position."""
        return bisect_left(self.line_ends, self.at) + 1

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while True:
            self._take(_BLANK)
            if self.at >= len(self.text):
                return self.lines
            if self._here() == "[":
                table = self._header()
            else:
                self._pair(table)

    # ---- the parts of a document

    def _header(self) -> Path:
        line = self.line
        is_array = self.text.startswith("[[", self.at)
        self._step(2 if is_array else 1)
        keys = self._dotted_key()
        self._step(2 if is_array else 1)
        path = (*self._resolve(keys[:-1]), keys[-1])
        if is_array:
            number = self.table_counts.get(path, 0)
            self.table_counts[path] = number + 1
            self.lines.setdefault(path, line)
            path += (number,)
        else:
            path = self._resolve(keys)
        self._note(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self.line
        path = table + self._dotted_key()
        self._note(path, line)
        self._take(_SPACE)
        self._step(1)  # the equals sign
        self._take(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        mark = self._here()
        if mark in "\"'":
            self._string()
        elif mark == "[":
            self._array(path)
        elif mark == "{":
            self._inline_table(path)
        else:
            self._take(_BARE_VALUE)

    def _array(self, path: Path) -> None:
        self._step(1)
        number = 0
        while True:
            self._take(_BLANK_AND_COMMAS)
            if self._here() == "]":
                self._step(1)
                return
            self._note((*path, number), self.line)
            self._value((*path, number))
            number += 1

    def _inline_table(self, path: Path) -> None:
        self._step(1)
        while True:
            self._take(_BLANK_AND_COMMAS)
            if self._here() == "}":
                self._step(1)
                return
            self._pair(path)

    # ---- keys and strings

    def _dotted_key(self) -> tuple[str, ...]:
        keys = []
        while True:
            self._take(_SPACE)
            if self._here() in "\"'":
                keys.append(self._string())
            else:
                keys.append(self._take(_BARE_KEY))
            self._take(_SPACE)
            if self._here() != ".":
                return tuple(keys)
            self._step(1)

    def _string(self) -> str:
        mark = self._here()
        quote = mark * 3 if self.text.startswith(mark * 3, self.at) else mark
        self._step(len(quote))
        content = []
        while True:
            content.append(self._take(_PLAIN[mark]))
            if self.text.startswith(quote, self.at):
                break
            if self._here() == "\\":
                self._step(1)
                content.append(self._escape())
            else:
                content.append(self._here())  # a quotation mark inside a long string
                self._step(1)
        self._step(len(quote))
        while len(quote) == 3 and self.text.startswith(mark, self.at):
            self._step(1)  # up to two more quotes belong to the string
        return "".join(content)

    def _escape(self) -> str:
        kind = self._here()
        size = {"x": 2, "u": 4, "U": 8}.get(kind, 0)
        digits = self.text[self.at + 1 : self.at + 1 + size]
        self._step(1 + size)
        return chr(int(digits, 16)) if size else _ESCAPES.get(kind, "")

    # ---- small steps

    def _here(self) -> str:
        return self.text[self.at : self.at + 1]

    def _step(self, count: int) -> None:
        self.at += count

    def _take(self, pattern: re.Pattern[str]) -> str:
        """Pass over what the pattern matches here, and return it."""
        found = pattern.match(self.text, self.at)
        taken = found[0] if found else ""
        self.at += len(taken)
        return taken

    def _note(self, path: Path, line: int) -> None:
        for size in range(1, len(path)):
            self.lines.setdefault(path[:size], line)
        self.lines[path] = line

    def _resolve(self, keys: tuple[str, ...]) -> Path:
        """Turn the keys of a header into a path: a name of a list means its last element."""
        path: Path = ()
        for key in keys:
            path += (key,)
            if path in self.table_counts:
                path += (self.table_counts[path] - 1,)
        return path
