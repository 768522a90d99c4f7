"""The engine on the pack of Jinan: what each part says, and how it fails honestly."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from shapely.geometry import Point, shape

from anlan.command.packaging.build import Build, BuiltPackage, build_package
from anlan.command.packaging.inputs import CityFacts, Situation
from anlan.command.selectors.pack_facts import pack_facts
from anlan.core.dictionaries import table
from anlan.forecast.plain import plain
from anlan.forecast.types import Place
from kit.cities import jinan_pack

NOW = datetime(2026, 3, 1, 14, 30, tzinfo=timezone(timedelta(hours=8)))

LEAK = Situation(
    title="章丘区刁镇化工园区液氨泄漏",
    event_code="12A04",
    event_name="危险化学品泄漏",
    place=Place(lon=117.4977, lat=36.8819, name="刁镇化工园区", division="370114000000"),
    occurred_at=NOW - timedelta(minutes=12),
    reported_at=NOW - timedelta(minutes=5),
    now=NOW,
    figures={"injured": 2, "deaths": 0},
    scenario={"kind": "gas_release", "substance": "液氨", "hole_diameter_m": 0.05},
    weather={
        "wind_speed": 2.5,
        "wind_from_deg": 45,
        "temperature_c": 12,
        "cloud_octas": 3,
        "is_day": True,
        "source": "章丘气象站",
    },
    division_name="章丘区",
)

STORM = Situation(
    title="台风利奇马影响济南",
    event_code="11B01",
    event_name="台风",
    place=Place(lon=117.0, lat=36.65, name="济南市", division="370100000000"),
    occurred_at=NOW,
    reported_at=NOW,
    now=NOW,
    scenario={
        "kind": "typhoon",
        "track": "lekima_1909",
        "start": "2019-08-10T00:00:00+08:00",
        "end": "2019-08-13T00:00:00+08:00",
        "rain": [{"amount_mm": 148.9, "hours": 24, "source": "济南市2019-08-11实况"}],
    },
    division_name="济南市",
)


@pytest.fixture(scope="module")
def facts() -> CityFacts:
    return pack_facts(path=jinan_pack(), now=NOW)


@pytest.fixture(scope="module")
def leak(facts: CityFacts) -> BuiltPackage:
    return build_package(LEAK, facts)


@pytest.fixture(scope="module")
def storm(facts: CityFacts) -> BuiltPackage:
    return build_package(STORM, facts)


def part(built: BuiltPackage, kind: str) -> Any:
    return next(p for p in built.parts if p.kind == kind)


def content(built: BuiltPackage, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(plain(part(built, kind).content)))
    return found


def numbers(value: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Return every figure in a content, with its path."""
    if isinstance(value, dict):
        if {"value", "unit"} <= set(value):
            return [(path, value)]
        return [n for key, item in value.items() for n in numbers(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [n for i, item in enumerate(value) for n in numbers(item, f"{path}[{i}]")]
    return []


def test_the_package_has_every_part_in_its_order(leak: BuiltPackage) -> None:
    assert [p.kind for p in leak.parts] == [
        *("forecast", "exposure", "level", "tasks", "units", "hospitals", "shelters"),
        *("supplies", "closures", "warning", "report"),
    ]


def in_december(facts: CityFacts, *, occurred: datetime, now: datetime) -> BuiltPackage:
    """Build the package of the leak at the end of December; nobody says whether it is day."""
    unknown = {key: value for key, value in LEAK.weather.items() if key != "is_day"}
    return build_package(
        replace(LEAK, occurred_at=occurred, reported_at=occurred, now=now, weather=unknown), facts
    )


def test_the_class_and_its_ground_stand_in_the_forecast_and_in_the_first_report(
    facts: CityFacts,
) -> None:
    morning = NOW.replace(month=12, day=20, hour=10, minute=0)
    built = in_december(facts, occurred=morning, now=morning + timedelta(minutes=10))
    said = {a["field"]: a for a in content(built, "forecast")["assumptions"]}
    assert said["weather.is_day"]["value"] == "白天"
    assert said["weather.stability"]["value"] == "C"
    assert "太阳高度 23°" in said["weather.stability"]["basis"]
    report = content(built, "report")
    affected = next(f for f in report["facts"] if f["key"] == "affected")
    ground = "大气稳定度 C（风速 2.5 m/s、云量 3/8、太阳高度 23°"
    assert ground in affected["source"]
    assert ground in report["text"]


def test_a_leak_of_the_day_that_still_goes_on_at_night_is_read_as_at_night(
    facts: CityFacts,
) -> None:
    noon = NOW.replace(month=12, day=20, hour=12, minute=0)
    evening = in_december(facts, occurred=noon, now=noon.replace(hour=19))
    assert evening.weather is not None
    assert (evening.weather.is_day, evening.weather.stability) == (False, "F")


def test_without_weather_the_sun_over_the_place_tells_the_day(facts: CityFacts) -> None:
    for hour, day in ((1, False), (13, True)):
        at = LEAK.now.replace(hour=hour).astimezone(UTC)  # the clock of the machine does not count
        assert Build(situation=replace(LEAK, now=at), city=facts).is_day is day


def test_every_number_of_the_package_carries_a_source(
    leak: BuiltPackage, storm: BuiltPackage
) -> None:
    for built in (leak, storm):
        found = [n for p in built.parts for n in numbers(plain(p.content), p.kind)]
        assert len(found) > 50
        assert [path for path, figure in found if not figure["source"]] == []


def test_what_nobody_entered_comes_from_the_registered_tank_and_says_so(
    leak: BuiltPackage,
) -> None:
    assumed = content(leak, "forecast")["assumptions"]
    tank = next(a for a in assumed if a["field"] == "scenario.inventory_kg")
    assert "储罐" in tank["basis"]
    assert "请现场核实" in tank["basis"]


def test_people_and_facilities_grow_with_the_zone(leak: BuiltPackage) -> None:
    zones = content(leak, "exposure")["zones"]
    people = [zone["people"]["value"] for zone in zones]
    assert [zone["key"] for zone in zones] == ["aegl3", "aegl2", "aegl1"]
    assert people == sorted(people)
    assert people[-1] > 0
    assert all(z["people"]["low"] <= z["people"]["value"] <= z["people"]["high"] for z in zones)


def test_roads_inside_are_named_with_their_length(leak: BuiltPackage) -> None:
    exposure = content(leak, "exposure")
    assert exposure["roads_km"]["value"] > 0
    assert exposure["roads_km"]["value"] == content(leak, "closures")["inside_km"]["value"]
    assert exposure["road_names"]


def test_the_level_follows_the_plan_with_its_clauses(leak: BuiltPackage) -> None:
    level = content(leak, "level")
    assert level["plan"] == "example-hazmat"
    assert level["level"] in {1, 2, 3, 4}
    assert level["conditions"]
    assert any("示例" in s for s in part(leak, "level").shortfalls)


def test_tasks_are_given_to_units_and_people_with_due_times(leak: BuiltPackage) -> None:
    tasks = content(leak, "tasks")["tasks"]
    assert len(tasks) > 10
    held = [t for t in tasks if t["unit_id"] is not None]
    assert len(held) > len(tasks) / 2
    assert all(t["person"] or t["phone"] for t in held)
    keys = {t["key"] for t in tasks}
    assert all(set(t["depends_on"]) <= keys for t in tasks)
    assert all(datetime.fromisoformat(t["due_at"]) >= NOW for t in tasks)


def test_no_unit_is_sent_from_inside_or_through_the_plume(leak: BuiltPackage) -> None:
    units = content(leak, "units")
    zones = {z["key"]: shape(z["envelope"]) for z in content(leak, "forecast")["zones"]}
    assert units["units"]
    assert not zones["aegl2"].contains(Point(units["staging_lon"], units["staging_lat"]))
    assert not any(zones["aegl2"].contains(Point(u["lon"], u["lat"])) for u in units["units"])
    times = [u["eta_min"]["value"] for u in units["units"]]
    assert min(times) > 0
    assert all(u["reasons"] for u in units["units"])
    inside = [a for a in units["alternatives"] if "应先自保" in a["reason"]]
    assert all(zones["aegl2"].contains(Point(a["lon"], a["lat"])) for a in inside)


def test_needs_and_shortfalls_agree(leak: BuiltPackage, storm: BuiltPackage) -> None:
    for built in (leak, storm):
        rows = content(built, "units")["needs"]
        missing = {n["name"] for n in rows if n["met"]["value"] < n["quantity"]["value"]}
        said = " ".join(part(built, "units").shortfalls)
        assert all(f"{name}：需" in said for name in missing)


def test_hospitals_have_room_and_a_toxicology_ward(leak: BuiltPackage) -> None:
    hospitals = content(leak, "hospitals")
    assert hospitals["specialties"] == ["中毒"]
    for row in hospitals["hospitals"]:
        assert row["serious"]["value"] + row["minor"]["value"] <= row["free_beds"]["value"]
        if row["serious"]["value"]:
            assert "中毒" in row["specialties"]


def test_shelters_lie_outside_every_zone_and_hold_who_is_sent(storm: BuiltPackage) -> None:
    shelters = content(storm, "shelters")
    zones = [
        shape(z["envelope"])
        for z in content(storm, "forecast")["zones"]
        if z["key"] in {"low_lying", "geohazard_point", "below_dam"}
    ]
    assert shelters["shelters"]
    for row in shelters["shelters"]:
        assert row["people"]["value"] <= row["room"]["value"]
        assert not any(zone.contains(Point(row["lon"], row["lat"])) for zone in zones)
    placed = sum(row["people"]["value"] for row in shelters["shelters"])
    assert placed + shelters["unplaced"]["value"] == shelters["people"]["value"]


def test_supplies_are_sent_from_stock_and_the_gap_is_named(storm: BuiltPackage) -> None:
    supplies = content(storm, "supplies")
    for need in supplies["needs"]:
        sent = sum(
            c["quantity"]["value"] for c in supplies["consignments"] if c["item"] == need["kind"]
        )
        assert sent == pytest.approx(need["met"]["value"])
        if sent < need["quantity"]["value"]:
            assert any(need["name"] in s for s in part(storm, "supplies").shortfalls)


def test_people_to_move_say_of_which_area_they_are(leak: BuiltPackage) -> None:
    people = content(leak, "shelters")["people"]
    inside = {zone["label"]: zone["people"]["value"] for zone in content(leak, "exposure")["zones"]}
    assert people["value"] >= inside["AEGL-3 可能致命区"]
    assert people["source"].startswith("AEGL-3 可能致命区外包范围（风向等不确定，宁多勿漏）内人口")


def test_closures_stand_on_the_edge_of_the_danger_area(leak: BuiltPackage) -> None:
    closures = content(leak, "closures")
    zone = next(z for z in content(leak, "forecast")["zones"] if z["key"] == closures["zone"])
    edge = shape(zone["envelope"]).boundary
    assert closures["points"]
    assert all(edge.distance(Point(p["lon"], p["lat"])) < 1e-3 for p in closures["points"])


def test_the_warning_of_a_leak_names_who_must_decide(leak: BuiltPackage) -> None:
    warning = content(leak, "warning")
    assert warning["colour"] in {"red", "orange", "yellow"}
    assert ["370114000000", "章丘区"] in warning["areas"]
    assert "液氨" in warning["text"]
    assert re.search(r"下风向约(\d+0米|\d+(\.\d)?公里)内", warning["text"])  # no digit nobody knows
    assert any("由指挥员决定" in r for r in part(leak, "warning").reasons)


def test_the_report_carries_every_number_with_its_source(leak: BuiltPackage) -> None:
    report = content(leak, "report")
    assert "初报" in report["title"]
    assert "受伤2人" in report["text"]
    assert all(fact["source"] for fact in report["facts"])
    assert {"affected", "response", "actions"} <= {fact["key"] for fact in report["facts"]}


def test_lekima_gives_wind_and_colours_by_district(storm: BuiltPackage) -> None:
    forecast = content(storm, "forecast")
    assert len(forecast["districts"]) == 12
    for district in forecast["districts"]:
        wind = district["figures"]["wind"]
        assert 5 < wind["low"] <= wind["value"] <= wind["high"] < 35
    warning = content(storm, "warning")
    assert warning["hazard"] == "暴雨"
    assert warning["colour"] == "blue"
    assert len(warning["signals"]) >= 12
    assert all(s["reasons"] for s in warning["signals"])


def test_a_district_with_its_own_rule_is_warned_by_it(
    facts: CityFacts, storm: BuiltPackage
) -> None:
    own = "370114000000"
    rows = tuple(
        row.replaced({"machine_rule": "rain_12h>=30"}, document="章丘区试验文件", place=own)
        if row.text("hazard") == "暴雨" and row.text("colour") == "红"
        else row
        for row in table("warning_signals")
    )
    changed = content(build_package(STORM, replace(facts, signals={own: rows})), "forecast")
    before = {d["code"]: d["signal"] for d in content(storm, "forecast")["districts"]}
    after = {d["code"]: d for d in changed["districts"]}
    assert before[own] != "暴雨红"
    assert after[own]["signal"] == "暴雨红"
    assert "章丘区试验文件" in after[own]["reasons"][0]
    assert {c: d["signal"] for c, d in after.items() if c != own} == {
        code: said for code, said in before.items() if code != own
    }


def test_one_engine_serves_both_hazards(storm: BuiltPackage) -> None:
    level = content(storm, "level")
    assert level["plan"] == "example-flood-typhoon"
    assert level["metrics"]["rain_24h_mm"]["value"] == 148.9
    assert content(storm, "tasks")["tasks"]
    assert content(storm, "units")["units"]


def test_without_a_scenario_the_rest_is_still_proposed(facts: CityFacts) -> None:
    built = build_package(replace(LEAK, scenario={}), facts)
    assert "没有录入情景参数" in part(built, "forecast").shortfalls[0]
    assert "没有预测范围" in part(built, "exposure").shortfalls[0]
    assert content(built, "level")["level"] == 4
    assert content(built, "units")["units"]
    assert content(built, "warning")["colour"] == ""


def test_a_wrong_field_is_named_and_does_not_stop_the_package(facts: CityFacts) -> None:
    built = build_package(replace(LEAK, weather={"wind_speed": -3}), facts)
    assert "风速：应为 0 至 60 m/s" in part(built, "forecast").shortfalls[0]
    assert content(built, "tasks")["tasks"]


def test_without_a_plan_it_says_so_and_what_to_do(facts: CityFacts) -> None:
    built = build_package(LEAK, replace(facts, plans=()))
    assert content(built, "level")["level"] is None
    assert any("总体预案" in s for s in part(built, "level").shortfalls)
    assert any("没有适用预案" in s for s in part(built, "tasks").shortfalls)


def test_without_roads_times_are_marked_as_estimates(facts: CityFacts) -> None:
    built = build_package(LEAK, replace(facts, network=None))
    assert any("直线估算" in s for s in part(built, "units").shortfalls)
    assert all("直线估算" in u["eta_min"]["source"] for u in content(built, "units")["units"])
    assert any("没有路网" in s for s in part(built, "closures").shortfalls)


def test_without_stock_everything_is_a_shortfall(facts: CityFacts) -> None:
    built = build_package(LEAK, replace(facts, stocks=()))
    assert content(built, "supplies")["consignments"] == []
    assert any("没有库存" in s for s in part(built, "supplies").shortfalls)


def test_an_empty_city_still_gives_a_package() -> None:
    built = build_package(LEAK, CityFacts())
    assert len(built.parts) == 11
    assert content(built, "exposure")["zones"][0]["people"]["value"] is None
    assert all(p.shortfalls for p in built.parts if p.kind in {"level", "units", "hospitals"})
