"""Characters that no name and no report may hold: nobody sees them, or they mislead the reader.

Control characters break databases and Word files. Marks that turn the direction of writing make
“gpj.exe” out of “exe.jpg”; characters without width make two names of one.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["UNPRINTABLE", "unfit_words", "without_hidden"]

UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of surrogate pairs."""

HIDDEN: Final = re.compile(
    "["
    "\u00ad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian vowel separator
    "\u200b-\u200f"  # zero-width space, joiners, direction marks
    "\u2028-\u202e"  # line and paragraph separators, embeddings and overrides of direction
    "\u2060-\u206f"  # word joiner, invisible operators, isolates
    "\ufeff\ufff9-\ufffb"  # byte-order mark, interlinear annotation
    "\u115f\u1160\u3164\uffa0"  # fillers that look like nothing
    "\U000e0001\U000e0020-\U000e007f"  # tags
    "]"
)
"""Format characters. Variant selectors stay: names of people are written with them."""

RULES: Final = (
    (UNPRINTABLE, "不能含有不可显示的字符"),
    (HIDDEN, "不能含有看不见的字符（文字方向控制符、零宽字符等）"),
)
SHOWN: Final = 40


def unfit_words(text: str) -> tuple[str, str] | None:
    """Return the rule that words break and what to show of them, or nothing.

    What is shown has every unfit character as its code, so that it can be found and misleads nobody.
    """
    for pattern, rule in RULES:
        found = pattern.search(text)
        if found is not None:
            near = text[max(0, found.start() - SHOWN // 2) : found.start() + SHOWN // 2]
            return rule, f"{_coded(near)}（第 {found.start() + 1} 个字符 U+{ord(found[0]):04X}）"
    return None


def without_hidden(text: str) -> str:
    """Return words without the characters that nobody sees."""
    return HIDDEN.sub("", text)


def _coded(text: str) -> str:
    coded = UNPRINTABLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
    return HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", coded)
