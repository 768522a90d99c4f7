"""What the science refuses is said in Chinese, with quantity, rule and value."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.forecast.models_registry import MODELS
from anlan.forecast.refusals import UNSAID, in_chinese, refusal_words
from anlan.forecast.scenarios import ScenarioError
from anlan.science.blast import fireball, kingery, tnt
from anlan.science.common.card import OutOfRangeError, cards
from anlan.science.common.checks import between, finite, not_negative, positive, whole
from anlan.science.cyclone.readers import read_jma
from anlan.science.flood.terrain import read_terrain

ENGLISH = re.compile(r"\b(must|be|between|got|line|the|holds|must be)\b")


def refused(call: object, *given: object, **named: object) -> ValueError:
    assert callable(call)
    with pytest.raises(ValueError, match=r".") as found:
        call(*given, **named)
    return found.value


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (refused(positive, -2.0, name="wind_speed", unit="m/s"), "风速应大于 0 m/s，算得 -2"),
        (refused(not_negative, -1, name="depth", unit="m"), "水深应不小于 0 m，算得 -1"),
        (refused(finite, np.inf, name="time", unit="s"), "时间应为有限的数"),
        (refused(whole, 2.5, name="count", unit="1"), "次数应为整数，算得 2.5"),
        (
            refused(between, 9.0, 0, 1, name="efficiency", unit="1"),
            "当量系数应在 0 至 1 之间，算得 9",
        ),
        (
            refused(tnt.tnt_equivalent, 1e9, 46e6),
            "参与爆炸的燃料质量应为 0.1 至 1×10⁷ kg，算得 1×10⁹",
        ),
        (
            refused(kingery.blast_wave, 41.0, 1.0),
            "比例距离应在 0.0674 至 40 m/kg^(1/3) 之间，算得 41",
        ),
        (refused(kingery.blast_distance, 100.0, 1.0), "阈值应不小于"),
        (refused(fireball.fireball_diameter, "大"), "质量应为数字"),
        (refused(read_jma, "1 2 3"), "第 1 行：第一条表头 66666 之前出现了定位"),
        (refused(read_terrain, b"ncols 3\nnrows x\n", name="上传的高程"), "表头"),
        (ValueError("something nobody foresaw"), UNSAID),
        (ValueError("已经是中文"), "已经是中文"),
    ],
)
def test_a_refusal_of_the_science_is_said_in_chinese(error: ValueError, said: str) -> None:
    words = in_chinese(error)
    assert said in words
    assert not ENGLISH.search(words)


def test_every_input_of_every_card_is_named_in_chinese() -> None:
    for card in cards():
        for quantity in card.inputs:
            words = in_chinese(OutOfRangeError(quantity, -1e30))
            assert words.startswith(f"{quantity.title}应为")
            assert not ENGLISH.search(words)


@given(st.text(max_size=60))
def test_no_words_of_an_error_are_too_odd(text: str) -> None:
    assert in_chinese(ValueError(text)) is not None


def test_a_refusal_has_the_name_on_the_form() -> None:
    error = ScenarioError("scenario.mass_kg", "为 1 至 10 t", 0)
    assert refusal_words(MODELS["explosion"], error) == "参与爆炸的质量：应为 1 至 10 t，收到 0"
    assert refusal_words(None, error).startswith("scenario.mass_kg")
