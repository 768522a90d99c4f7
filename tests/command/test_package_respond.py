"""A report file in, a package out, without a loaded city."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from anlan.command.respond import RespondResult, render_text, respond
from anlan.command.types import RefusedError
from kit.cities import jinan_pack
from kit.source import ROOT

NOW = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "examples" / name).read_text(encoding="utf-8"))


def run(name: str, **changes: Any) -> RespondResult:
    return respond({**read(name), **changes}, now=NOW, city=jinan_pack())


@cache
def example(name: str) -> RespondResult:
    return run(name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ammonia.toml", ["AEGL-2", "液氨", "章丘区", "危化处置编队", "初报", "登记表"]),
        ("typhoon.toml", ["台风", "148.9", "暴雨蓝色预警", "防汛防台风", "历下区", "低洼易涝点"]),
        (
            "tank_fire.toml",
            [
                "12.5 kW/m²",
                "火灾爆炸",
                "章丘区",
                "烧伤",
                "初报",
                "储罐",
                "火灾与爆炸事故应急预案（示例）",
            ],
        ),
        ("gas_pipeline.toml", ["爆炸下限区", "燃气泄漏", "章丘区", "流量"]),
        ("explosion.toml", ["17 kPa", "火灾爆炸", "章丘区", "液氨2号储罐：", "TNT"]),
        (
            "forest_fire.toml",
            [
                "森林火灾",
                "6 小时过火范围",
                "公顷",
                "隔离带",
                "森林火灾应急预案（示例）",
                "森林消防分队",
            ],
        ),
        ("flammable_cloud.toml", ["爆炸下限区", "丙烷", "危险化学品", "储罐", "初报"]),
        ("earthquake.toml", ["VII 度区", "地震应急预案", "余震", "6.0级", "初报"]),
        ("waterlogging.toml", ["水深 0.15 m", "内涝", "150", "防汛防台风", "示例"]),
        ("dam_break.toml", ["溃口洪峰", "北坡水库", "0.15 m", "示例", "初报"]),
        (
            "radiation.toml",
            ["撤离区", "核与辐射", "隐蔽区", "铯-137", "辐射事故应急预案（示例）", "辐射监测"],
        ),
        ("epidemic.toml", ["传染病", "峰值重症床位", "历下区", "示例", "初报"]),
    ],
)
def test_an_example_report_gives_a_readable_package(name: str, words: list[str]) -> None:
    result = example(name)
    text = render_text(result)
    assert [word for word in words if word not in text] == []
    assert "济南市济南市" not in text
    found = json.loads(json.dumps(result.as_dict(), ensure_ascii=False))
    assert len(found["parts"]) == 11
    assert found["grade"]["name"]


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("tank_fire.toml", "example-fire"),
        ("gas_pipeline.toml", "example-fire"),
        ("forest_fire.toml", "example-forest"),
        ("radiation.toml", "example-radiation"),
    ],
)
def test_fires_and_radiation_have_a_level_tasks_and_resources(name: str, plan: str) -> None:
    parts = {part["kind"]: part["content"] for part in example(name).as_dict()["parts"]}
    assert parts["level"]["plan"] == plan
    assert parts["level"]["example"]
    assert parts["level"]["level"] in (1, 2, 3, 4)
    assert parts["level"]["conditions"]
    assert len(parts["tasks"]["tasks"]) >= 18
    assert parts["units"]["units"]
    met = [need for need in parts["units"]["needs"] if need["met"]["value"]]
    assert len(met) >= 8


def test_the_forest_of_a_package_has_the_roads_and_rivers_of_the_city() -> None:
    scenario = {**read("forest_fire.toml")["scenario"], "roads_hold": "yes"}
    (reasons,) = [
        part["reasons"]
        for part in run("forest_fire.toml", scenario=scenario).as_dict()["parts"]
        if part["kind"] == "forecast"
    ]
    assert any("道路按阻隔计" in reason for reason in reasons), reasons


def test_a_leak_with_two_injured_sends_what_a_duty_chief_would_send() -> None:
    """Three to six fire stations with a hazmat crew, two to four ambulances, no caravan."""
    parts = {part["kind"]: part["content"] for part in example("ammonia.toml").as_dict()["parts"]}
    units = parts["units"]["units"]
    sent = Counter(kind for row in units for kind, _quantity in row["brings"])
    fire = {"fire_crew", "hazmat_crew", "decon_unit"}
    stations = {row["base"] for row in units if fire & {kind for kind, _ in row["brings"]}}
    assert 3 <= len(stations) <= 6, stations
    assert sent["hazmat_crew"] >= 1
    assert 2 <= sent["ambulance"] <= 4
    assert sent["env_monitoring_team"] >= 1
    assert sent["police_squad"] + sent["traffic_squad"] >= 4
    assert len(units) - sent["evacuation_bus"] <= 30
    # Two trips of 45 seats each bring away everybody who may have to leave.
    people = parts["shelters"]["by_bus"]["value"]
    assert people <= sent["evacuation_bus"] * 2 * 45 < people + 2 * 90


def test_a_report_of_the_past_is_told_as_of_its_moment() -> None:
    assert example("typhoon.toml").as_dict()["as_of"] == "2019-08-11T08:00:00+08:00"


def test_times_are_shown_as_the_clock_on_the_wall() -> None:
    assert "2026-03-01 14:30" in render_text(example("ammonia.toml"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"event_code": "ZZZ99"}, "事件类型"),
        ({"longitude": 121.5, "latitude": 31.2}, "应在本市范围内"),
        ({"figures": {"injured": -2}}, "不能为负数"),
        ({"occurred_at": "2027-01-01T00:00:00+08:00"}, "发生时间"),
        ({"as_of": "昨天"}, "推演时刻"),
        ({"wether": {}}, "wether"),
        ({"weather": 3}, "weather"),
        ({"text": ""}, "报告内容"),
    ],
)
def test_a_wrong_report_is_refused_by_field(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        run("ammonia.toml", **changes)


def test_a_report_without_coordinates_is_refused() -> None:
    report = read("ammonia.toml")
    del report["longitude"]
    with pytest.raises(RefusedError, match="longitude"):
        respond(report, now=NOW, city=jinan_pack())


def test_without_a_city_the_package_says_what_is_missing(tmp_path: Any) -> None:
    result = respond(read("ammonia.toml"), now=NOW, city=tmp_path)
    text = render_text(result)
    assert "anlan city build" in text
    assert "缺人口网格" in text or "没有人口网格" in text


def test_the_loaded_city_is_used_when_there_is_one(people: Any, land: Any, settings: Any) -> None:
    settings.ANLAN_CITY = jinan_pack()
    result = respond(read("ammonia.toml"), now=NOW)
    assert "已装载的城市数据库" in result.facts_from
    assert "示例预案" in result.facts_from
