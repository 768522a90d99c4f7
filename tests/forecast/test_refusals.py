"""What the science refuses is said in Chinese, with quantity, rule and value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.forecast.models_registry import MODELS
from anlan.forecast.refusals import TITLES, in_chinese, refusal_words
from anlan.forecast.scenarios import ScenarioError
from anlan.science.blast import fireball, kingery, tnt
from anlan.science.chain.run import run_chain
from anlan.science.common.card import OutOfRangeError, cards
from anlan.science.common.checks import between, finite, not_negative, positive, whole
from anlan.science.common.refusal import UNSAID, RefusalError
from anlan.science.cyclone.readers import read_cma, read_ibtracs, read_jma
from anlan.science.flood.terrain import read_terrain

if TYPE_CHECKING:
    from collections.abc import Callable

CMA = """66666 1909 2 0009 1909 0 6 Lekima 20200101
2019081000 6 280 1220 930 48
2019081006 5 290 1204 970 28
"""
IBTRACS = """SID,NAME,ISO_TIME,NATURE,CMA_LAT,CMA_LON,CMA_WIND,CMA_PRES
 ,,,,degrees,degrees,kts,mb
2019,LEKIMA,2019-08-10 00:00:00,TS,28.0,122.0,90,930
2019,LEKIMA,2019-08-10 06:00:00,TS,29.0,120.4,60,970
"""
JMA = """66666 1909 059 0013 1909 0 6            LEKIMA              20191002
19081000 002 5 280 1220  945 080     00000 0000 00000 0000
19081006 002 4 290 1204  970 055     00000 0000 00000 0000
"""
TERRAIN = """ncols 3
nrows 2
xllcorner 117
yllcorner 36
cellsize 0.5
NODATA_value -9999
1 2 3
4 5 -9999
"""


def read_grid(text: str) -> object:
    return read_terrain(text.encode(), name="上传的高程")


READERS: dict[str, Callable[[str], object]] = {
    CMA: read_cma,
    IBTRACS: read_ibtracs,
    JMA: read_jma,
    TERRAIN: read_grid,
}
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
        (refused(run_chain, {"wind": -3.0}), "十米高最大风速应大于 0，算得 -3"),
        (refused(not_negative, -1, name="counts", unit="cases"), "病例数应不小于 0 例，算得 -1"),
        (
            refused(between, 99, -90, 90, name="lat", unit="deg"),
            "纬度应在 -90 至 90° 之间，算得 99",
        ),
        (refused(read_jma, "1 2 3"), "第 1 行：第一条表头 66666 之前出现了定位"),
        (refused(read_terrain, b"ncols 3\nnrows x\n", name="上传的高程"), "表头"),
        (ValueError("something nobody foresaw"), UNSAID),
        (RefusalError("in both", zh="已经是中文"), "已经是中文"),
        (
            refused(read_cma, CMA.replace(" 930 ", " xx ")),
            "第 2 行“2019081000 6 280 1220 xx 48”读不懂",
        ),
        (refused(read_cma, CMA.replace(" 280 ", " 980 ")), "：纬度应在 -90 至 90° 之间，算得 98"),
        (refused(read_ibtracs, "SID\n"), "文件缺少列 CMA_LAT"),
        (refused(read_ibtracs, IBTRACS + "2019,LEKIMA,2019-08-10,TS,30"), "第 5 行读不懂"),
        (refused(read_ibtracs, IBTRACS + '"' + "9" * 11_000_000), "不是完整的 CSV 文件"),
        (
            refused(read_terrain, TERRAIN.replace("ncols 3", "ncols 2.5").encode()),
            "网格有 2×2.5 格",
        ),
        (
            refused(read_terrain, TERRAIN.replace("4 5", "4 -98E99").encode()),
            "文件中为 -9.8×10¹⁰⁰ 至 4 m",
        ),
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


def test_an_argument_that_several_cards_name_differently_is_not_given_the_name_of_one() -> None:
    titles: dict[str, set[str]] = {}
    for card in cards():
        for quantity in card.inputs:
            titles.setdefault(quantity.name, set()).add(quantity.title)
    assert {name for name, found in titles.items() if len(found) > 1} <= set(TITLES)


@given(file=st.sampled_from(sorted(READERS)), data=st.data())
def test_a_file_that_was_damaged_is_refused_in_chinese(file: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(file) - 1))
    length = data.draw(st.integers(0, 12))
    text = file[:at] + data.draw(st.text(max_size=8)) + file[at + length :]
    try:
        READERS[file](text)
    except ValueError as error:
        words = in_chinese(error)
        assert words != UNSAID
        assert re.search(r"[\u4e00-\u9fff]", words)


def test_a_refusal_has_the_name_on_the_form() -> None:
    error = ScenarioError("scenario.mass_kg", "为 1 至 10 t", 0)
    assert refusal_words(MODELS["explosion"], error) == "参与爆炸的质量：应为 1 至 10 t，收到 0"
    assert refusal_words(None, error).startswith("scenario.mass_kg")
