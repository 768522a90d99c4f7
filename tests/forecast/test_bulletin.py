"""The printed page of a run: one page, every part there, marked where the data are made up."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from PIL import Image
from shapely.geometry import mapping

from anlan.forecast.bulletin import (
    Bulletin,
    BulletinFacts,
    bulletin_docx,
    bulletin_map,
    bulletin_of,
    bulletin_pdf,
)
from anlan.forecast.bulletin.contents import figure_text
from anlan.forecast.shapes import disc
from anlan.forecast.types import Place
from kit.towns import MOMENT, town

PLACE = Place(lon=117.05, lat=36.65)

FACTS = BulletinFacts(
    title="液氨泄漏",
    place_name="示例园区",
    lon=117.05,
    lat=36.65,
    moment=MOMENT,
    model_title="有毒气体泄漏扩散",
    cards=("release.plume", "crowd.flow"),
    version="v1.1",
    code_version="0.9.0",
    seed=7,
    digest="0123456789abcdef0123",
    made_by="林岚",
    made_at=MOMENT,
    incident_number="JN-1",
)


def figure(value: Any, unit: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": unit, "source": "模型 v1", **more}


def document(**more: Any) -> dict[str, Any]:
    zones = [
        {
            "key": key,
            "label": label,
            "area": mapping(disc(PLACE, radius)),
            "envelope": mapping(disc(PLACE, radius * 1.5)),
        }
        for key, label, radius in (("a", "致命区", 300.0), ("b", "伤害区", 900.0))
    ]
    forecast = {
        "summary": ["12 分钟后伤害区达到最远，距泄漏点 900 m（600–1400 m）"],
        "footprints": zones,
        "figures": {
            "稳定度": figure("F", ""),
            "下风向距离": figure(900, "m", low=600.0, high=1400.0, to_confirm=True),
        },
        "uncertainty": "风向摆动",
        "would_change": ["风向改变"],
        "assumptions": [{"title": "孔径", "value": 50.0, "unit": " mm", "basis": "HJ 169"}],
        "limits": ["不计建筑物"],
        "shortfalls": [],
        "marks": [{"lon": 117.051, "lat": 36.651, "label": "储罐", "state": "danger"}],
        **more,
    }
    zone = {
        "label": "致命区",
        "people_by_night": figure(1234, "人", low=1000.0, high=2000.0),
        "people_by_day": figure(900, "人"),
        "facilities": {"school": figure(2, "处", low=2.0, high=3.0)},
        "roads_km": figure(3.5, "km"),
    }
    return {"forecast": forecast, "impact": {"zones": [zone], "shortfalls": []}, "ensemble": None}


def page(**more: Any) -> Bulletin:
    return bulletin_of(document(**more), FACTS)


def test_a_range_holds_its_value_the_range_of_the_model_and_that_of_the_ensemble() -> None:
    ensemble = {
        "members": 20,
        "figures": {"下风向距离": figure(700, "m", low=650.0, high=820.0)},
        "people": {"a": figure(1100, "人", low=800.0, high=1500.0)},
    }
    content = document()
    content["impact"]["zones"][0]["key"] = "a"
    content["impact"]["summary"] = ["起算时（12:00，白天）致命区内约 900 人"]
    found = bulletin_of({**content, "ensemble": ensemble}, FACTS)
    assert found.figures[0][1:3] == ("900 m", "600–1,400")
    assert found.impact[0][1] == "1,234 人（800–2,000）"
    assert found.summary[-1] == "起算时（12:00，白天）致命区内约 900 人"


def test_a_range_with_one_end_says_which() -> None:
    found = page(figures={"24小时雨量": figure(180, "mm", low=180.0)})
    assert found.figures[0][2] == "≥ 180"


def test_every_part_of_the_run_is_on_the_page() -> None:
    found = page()
    assert found.title == "研判简报：液氨泄漏"
    assert "东经 117.0500°" in found.head[0]
    assert found.figures[0] == ("下风向距离", "900 m", "600–1,400", "模型 v1（待确认）")
    assert found.impact == (("致命区", "1,234 人（1,000–2,000）", "900 人", "2–3 处", "3.5 km"),)
    assert found.assumptions == ("孔径 50 mm（HJ 169）",)
    foot = " ".join(found.foot)
    for word in ("林岚", "0.9.0", "随机种子 7", "0123456789abcdef", "已验证", "已核对"):
        assert word in foot


@pytest.mark.parametrize(
    ("value", "low", "high", "written"),
    [
        (5_551_233, 5_549_196, 5_553_260, "554.9 万–555.3 万"),
        (3_731_500, 3_727_100, 3_735_900, "372.7 万–373.6 万"),
        (1854, 668, 3402, "668–3,400"),
        (1002, 1001, 1003, "1,001–1,003"),
    ],
)
def test_a_range_lies_around_its_value(value: int, low: int, high: int, written: str) -> None:
    found = page(figures={"人口": figure(value, "人", low=low, high=high)})
    assert found.figures[0][2] == written


def test_myriads_of_people_are_written_together() -> None:
    assert figure_text(figure(3_745_000, "人")) == "374.5 万人"


def test_a_disease_has_no_roads_and_no_tanks() -> None:
    held = document()
    held["forecast"]["model"] = "outbreak_detection"
    held["impact"]["zones"][0] |= {"facilities": {}, "roads_km": None}
    assert bulletin_of(held, FACTS).impact[0][3:] == ("—", "—")


def test_the_range_is_that_of_the_ensemble_where_there_is_one() -> None:
    held = document()
    held["ensemble"] = {
        "members": 40,
        "figures": {"下风向距离": figure(900, "m", low=500.0, high=2500.0)},
    }
    found = bulletin_of(held, FACTS)
    assert found.figures[0][2] == "500–2,500"
    assert "集合 40 个成员" in found.foot[0]


def test_an_exercise_and_made_up_data_are_marked_across_the_page() -> None:
    assert page().watermark == ""
    assert bulletin_of(document(), replace(FACTS, exercise=True)).watermark == "演练"
    both = bulletin_of(document(shortfalls=["人口为示例数据"]), replace(FACTS, exercise=True))
    assert both.watermark == "演练 · 示例数据"


def test_the_map_shows_the_areas_in_the_colours_of_the_legend() -> None:
    found = page()
    setting = town()
    picture = bulletin_map(found, roads=setting.roads, districts=setting.districts)
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    assert image.size == (1180, 640)
    bare = Image.open(io.BytesIO(bulletin_map(replace(found, zones=())))).convert("RGB")
    red, paper = (i.getpixel((590, 290)) for i in (image, bare))
    assert isinstance(red, tuple)
    assert isinstance(paper, tuple)
    assert red[0] - red[2] > paper[0] - paper[2] + 20
    assert bulletin_map(found) == bulletin_map(found)


@pytest.mark.parametrize("lines", [1, 60])
def test_the_pdf_has_one_page_however_much_there_is_to_say(lines: int) -> None:
    found = page(summary=["一句话的结论，带数字 12 m²"] * lines)
    content = bulletin_pdf(found, bulletin_map(found))
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    assert content == bulletin_pdf(found, bulletin_map(found))


def test_a_long_word_file_is_set_as_small_as_the_pdf() -> None:
    def sizes(found: Bulletin) -> list[float]:
        word = Document(io.BytesIO(bulletin_docx(found, bulletin_map(found))))
        return [
            run.font.size.pt for p in word.paragraphs for run in p.runs if run.font.size is not None
        ]

    usual = sizes(page())
    small = sizes(
        page(
            summary=[
                f"第 {n} 句：范围内要做的事很多，要写一行半才写得完，还要再写一点"
                for n in range(16)
            ]
        )
    )
    assert max(small) < max(usual)
    assert min(small) >= 4.5


def test_the_word_file_holds_the_same_words() -> None:
    found = bulletin_of(document(), replace(FACTS, exercise=True))
    content = bulletin_docx(found, bulletin_map(found))
    word = Document(io.BytesIO(content))
    text = "\n".join(p.text for p in word.paragraphs)
    cells = [c.text for t in word.tables for row in t.rows for c in row.cells]
    for part in (found.title, *found.summary, found.uncertainty, *found.foot):
        assert part in text
    assert "600–1,400" in cells
    assert len(word.inline_shapes) == 1
    assert "演练" in word.sections[0].header.paragraphs[0].text


def test_the_word_file_has_headings_and_says_what_it_is() -> None:
    found = page()
    word = Document(io.BytesIO(bulletin_docx(found, bulletin_map(found))))
    heads = {p.text: p.style.name for p in word.paragraphs if p.style is not None}
    assert heads[found.title] == "Heading 1"
    assert {heads[name] for name in ("影响范围内", "关键数字", "不确定性")} == {"Heading 2"}
    about = word.core_properties
    assert (about.title, about.author, about.language) == (found.title, "安澜", "zh-CN")
    assert "致命区" in word.inline_shapes[0]._inline.docPr.get("descr")
