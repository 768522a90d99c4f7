from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.core.words import unfit_words, without_hidden

MISLEADING = {
    "\u202e": "右到左强制",
    "\u200b": "零宽空格",
    "\u200d": "零宽连接",
    "\u2066": "方向隔离",
    "\ufeff": "字节序标记",
    "\u00ad": "软连字符",
    "\u2028": "行分隔",
    "\u3164": "谚文填充",
    "\U000e0041": "标签字母",
}


@pytest.mark.parametrize("letter", MISLEADING)
def test_a_character_that_nobody_sees_is_named_with_its_place_and_code(letter: str) -> None:
    rule, shown = unfit_words(f"明水{letter}小学") or ("", "")
    assert "看不见" in rule
    assert f"第 3 个字符 U+{ord(letter):04X}" in shown
    assert letter not in shown
    assert without_hidden(f"明水{letter}小学") == "明水小学"


@pytest.mark.parametrize(
    "words",
    [
        "明水小学",
        "㐂林",
        "葛\U000e0100城",
        "Ünïcødé",
        "两行\n制表\t",
        "(１２３)",
        "🚒",
        "❤\ufe0f",
        "",
    ],
)
def test_ordinary_words_pass_variants_of_names_among_them(words: str) -> None:
    assert unfit_words(words) is None
    assert without_hidden(words) == words


@given(st.text())
def test_what_passes_holds_no_direction_mark_and_nothing_without_width(words: str) -> None:
    if unfit_words(words) is None:
        bidi = {unicodedata.bidirectional(letter) for letter in words}
        assert not bidi & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        assert "\x00" not in words


@given(st.text())
def test_what_is_shown_misleads_nobody(words: str) -> None:
    found = unfit_words(words)
    if found is not None:
        assert unfit_words(found[1]) is None
