"""The chain of consequences on the study page: the run of the science, with its sources shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from anlan.forecast.exposure import Facility
from anlan.forecast.hazards.chain import MEMBERS, MODEL, exposure_of, start_of
from anlan.forecast.models_registry import models_for, parse_scenario, run_model
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.selectors.city import city_surroundings
from anlan.forecast.setting import Setting
from anlan.forecast.types import Figure, Forecast, Place
from anlan.science.chain.run import run_chain
from anlan.science.flood.breach import peak_flows
from kit.cities import jinan_pack

PLACE = Place(lon=117.0, lat=36.66, name="起始点")
LIST = "名称,数值\nwater_pipe_km,1200\nsubstations,30\n"


def setting(files: dict[str, str] | None = None, **more: Any) -> Setting:
    return Setting(
        place=PLACE,
        weather=Weather.parse({}),
        moment=datetime(2026, 3, 1, tzinfo=UTC),
        files=files or {},
        **more,
    )


def follow(start: str, at: Setting | None = None, **fields: Any) -> Forecast:
    found = run_model(parse_scenario({"kind": "chain", "start": start, **fields}), at or setting())
    assert isinstance(found, Forecast)
    return found


@pytest.mark.parametrize("start", ["earthquake", "rain", "wind", "dam", "gas", "chemical"])
def test_every_start_gives_the_probabilities_of_the_science(start: str) -> None:
    inputs = MODEL.parse({"start": start})
    exposed, _notes = exposure_of(inputs, setting())
    expected = run_chain(start_of(inputs), context=exposed, members=MEMBERS, seed=1)
    rows = {row[0]: row[1] for row in follow(start).tables[0].rows}
    for node in expected.nodes:
        if node.key in expected.start:
            continue
        chance = rows[node.title_zh]
        assert isinstance(chance, Figure)
        assert chance.value == round(100 * node.probability)
        assert chance.low is not None
        assert chance.high is not None
        assert chance.low <= float(chance.value or 0) <= chance.high


def test_a_dam_starts_with_the_spread_of_the_published_peaks() -> None:
    low, middle, high = start_of(MODEL.parse({"start": "dam", "volume_m3": 1e7, "height_m": 30.0}))[
        "dam_breach"
    ]
    values = sorted(flow.value for flow in peak_flows(1e7, 30.0))
    assert (low, high) == (values[0], values[-1])
    assert low <= middle <= high


def test_every_link_shows_its_source_and_confidence() -> None:
    rows = follow("rain").tables[1].rows
    assert rows
    assert all(str(row[3]).endswith(("（V）", "（M）", "（示例）")) for row in rows)


def test_an_uploaded_exposure_replaces_the_estimate() -> None:
    files = {"exposures": LIST}
    exposed, _notes = exposure_of(MODEL.parse({"start": "earthquake"}), setting(files))
    assert (exposed["water_pipe_km"], exposed["substations"]) == (1200.0, 30.0)


def test_a_missing_exposure_is_named_and_its_link_left_out() -> None:
    assert any("water_pipe_km" in s for s in follow("earthquake").shortfalls)


def test_a_number_says_what_it_counts_and_a_link_says_what_it_joins() -> None:
    pipes = setting({"exposures": "名称,数值\nwater_pipe_km,5000\n"})
    forecast = follow("earthquake", pipes, magnitude=6.5, distance_m=5000.0)
    sized = [said for said in forecast.summary if "发生时约" in said]
    assert sized
    assert all(" 处（" in said or " 人（" in said or " %（" in said for said in sized)
    assert not any("100%–100%" in said for said in forecast.summary)
    beyond = [said for said in forecast.shortfalls if "适用范围" in said]
    assert all("→" in said and "eq-" not in said for said in beyond)


def test_the_same_seed_gives_the_same_chain() -> None:
    assert follow("rain").tables == follow("rain").tables
    assert follow("rain", setting(seed=5)).tables != follow("rain").tables


def test_only_what_the_start_uses_is_listed_as_assumed() -> None:
    fields = [a.field for a in follow("wind").assumptions if a.value != "示例"]
    assert fields == ["scenario.wind_m_s"]


@pytest.mark.parametrize(
    ("fields", "text", "said"),
    [
        ({"start": "火山"}, "", "scenario.start 应.*火山"),
        ({"start": "earthquake", "magnitude": 11}, "", "scenario.magnitude 应.*11"),
        ({"start": "rain"}, "a,b\n", "scenario.exposures 应表头"),
        ({"start": "rain"}, "名称,数值\nunknown,3\n", "第 2 行.*unknown"),
        ({"start": "rain"}, "名称,数值\nsubstations,很多\n", "第 2 行.*很多"),
    ],
)
def test_a_wrong_input_names_field_rule_and_value(
    fields: dict[str, Any], text: str, said: str
) -> None:
    with pytest.raises(ScenarioError, match=said):
        follow(**fields, at=setting({"exposures": text}))


def test_a_city_shows_the_stations_that_may_fail_around_the_place() -> None:
    city = city_surroundings(jinan_pack())
    station = Facility(
        id=1,
        kind="lifeline_facility",
        name="示例变电站",
        lon=117.01,
        lat=36.66,
        details={"sort": "substation"},
    )
    at = setting(people=city.people, roads=city.roads, facilities=(station,))
    forecast = follow("earthquake", at, magnitude=7.0, distance_m=5000.0)
    assert any("示例变电站" in mark.label for mark in forecast.marks)
    assert "概率" in forecast.summary[0]


def test_it_is_offered_for_earthquakes_after_their_own_model() -> None:
    kinds = [m.kind for m in models_for("11C01")]
    assert kinds.index("earthquake") < kinds.index("chain")
