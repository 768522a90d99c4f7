from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from anlan.forecast.hazards.gas_release import run_gas_release
from anlan.forecast.hazards.gas_source import source_term
from anlan.forecast.models_registry import MODELS
from anlan.forecast.scenarios import GasRelease, ScenarioError, Weather
from anlan.forecast.setting import Setting
from anlan.forecast.types import Figure, Forecast, Place
from anlan.science.release.substances import find

PLACE = Place(lon=117.45, lat=36.75, name="示例化工园区")
WIND = {"wind_speed": 2.5, "wind_from_deg": 45.0, "temperature_c": 20.0, "cloud_octas": 3}


def setting(weather: Weather) -> Setting:
    return Setting(place=PLACE, weather=weather, moment=datetime(2026, 3, 1, 3, tzinfo=UTC))


def make_forecast(leak: dict[str, Any] | None = None, **weather: Any) -> Forecast:
    return run_gas_release(
        GasRelease.parse({"substance": "液氨", "hole_diameter_m": 0.02, **(leak or {})}),
        setting(Weather.parse({**WIND, "is_day": True, **weather})),
    )


def test_the_gravest_zone_is_the_smallest_and_lies_in_the_next() -> None:
    zones = make_forecast().footprints
    assert [z.key for z in zones] == ["aegl3", "aegl2", "aegl1"]
    assert [z.threshold.value for z in zones] == [1100, 160, 30]
    areas = [z.area.area for z in zones]
    assert areas == sorted(areas)
    for inner, outer in pairwise(zones):
        assert outer.area.buffer(1e-5).contains(inner.area)


def test_a_narrow_plume_holds_the_wider_cloud_of_dense_gas() -> None:
    """At dawn the plume of AEGL-2 is narrower than the dense cloud of AEGL-3 near the source."""
    leak = {"hole_diameter_m": 0.05, "inventory_kg": 40_000.0}
    forecast = make_forecast(leak, wind_speed=3.0, wind_from_deg=225.0, stability="E")
    for inner, outer in pairwise(forecast.footprints):
        assert inner.area.difference(outer.area).area <= 1e-12
        assert inner.envelope.difference(outer.envelope).area <= 1e-12
        widths = [float(zone.figures["最大半宽"].value or 0) for zone in (inner, outer)]
        assert widths == sorted(widths)


@settings(max_examples=50)
@given(
    substance=st.sampled_from(["液氨", "液氯"]),
    phase=st.sampled_from(["liquid", "gas"]),
    hole=st.floats(0.005, 0.2),
    wind=st.floats(1.0, 10.0),
    temperature=st.floats(-5.0, 30.0),
    pressure=st.floats(2e5, 2e6),
    day=st.booleans(),
)
def test_every_range_holds_its_own_value(
    substance: str,
    phase: str,
    hole: float,
    wind: float,
    temperature: float,
    pressure: float,
    day: bool,
) -> None:
    leak = {
        "substance": substance,
        "phase": phase,
        "hole_diameter_m": hole,
        "pressure_pa": pressure,
    }
    forecast = make_forecast(leak, wind_speed=wind, temperature_c=temperature, is_day=day)
    named = [*forecast.figures.items()]
    named += [(f"{z.key} {k}", f) for z in forecast.footprints for k, f in z.figures.items()]
    wrong = [
        (name, figure)
        for name, figure in named
        if name != "来风方向"
        and isinstance(figure.value, float | int)
        and not (
            (figure.low is None or figure.low <= figure.value)
            and (figure.high is None or figure.value <= figure.high)
        )
    ]
    assert wrong == []
    for zone in forecast.footprints:
        assert zone.envelope.buffer(1e-6).contains(zone.area)


def test_the_plume_goes_where_the_wind_blows() -> None:
    zone = make_forecast().footprints[1].area
    assert zone.centroid.x < PLACE.lon
    assert zone.centroid.y < PLACE.lat


def test_every_number_has_a_source_and_uncertain_ones_a_range() -> None:
    forecast = make_forecast()
    figures = [*forecast.figures.values()]
    figures += [f for z in forecast.footprints for f in z.figures.values()]
    assert all(f.source for f in figures)
    reach = forecast.footprints[1].figures["下风向距离"]
    assert reach.low is not None
    assert reach.high is not None
    assert isinstance(reach.value, int)
    assert reach.low <= reach.value <= reach.high
    assert forecast.footprints[1].envelope.area > forecast.footprints[1].area.area


def test_without_a_known_wind_every_direction_is_possible() -> None:
    forecast = run_gas_release(GasRelease.parse({"substance": "氨"}), setting(Weather.parse({})))
    zone = forecast.footprints[1]
    assert zone.area.contains(Point(PLACE.lon, PLACE.lat))
    assert len(zone.members) == 8
    assert {a.title for a in forecast.assumptions} >= {"风速", "风向", "孔径"}


def test_calm_air_is_named_and_spreads_to_all_sides() -> None:
    forecast = make_forecast(wind_speed=0.2)
    assert "静风风速" in {a.title for a in forecast.assumptions}
    assert len(forecast.footprints[0].members) == 8


def test_an_entered_rate_is_taken() -> None:
    forecast = make_forecast({"rate_kg_s": 2.0})
    assert forecast.figures["泄漏速率"].value == 2.0
    assert forecast.figures["泄漏速率"].source == "录入"


def test_an_unknown_substance_is_refused_by_name() -> None:
    with pytest.raises(ScenarioError, match=r"scenario\.substance"):
        make_forecast({"substance": "不存在的物质"})


def test_liquid_gives_more_than_gas_through_the_same_hole() -> None:
    ammonia = find("氨")
    liquid = source_term(GasRelease.parse({"substance": "氨", "phase": "liquid"}), ammonia)
    gas = source_term(GasRelease.parse({"substance": "氨", "phase": "gas"}), ammonia)
    assert liquid.outflow > gas.outflow
    assert liquid.least.rate <= liquid.likely.rate <= liquid.most.rate


def test_a_liquid_below_its_boiling_point_makes_a_pool_that_evaporates() -> None:
    forecast = make_forecast({"substance": "苯", "temperature_k": 293.15, "hole_diameter_m": 0.05})
    assert any("液池" in reason for reason in forecast.reasons)
    assert forecast.figures["进入空气速率"].value is not None


def test_a_dense_cloud_is_carried_by_both_models() -> None:
    forecast = make_forecast({"substance": "液氯", "hole_diameter_m": 0.03})
    assert any("重气" in reason for reason in forecast.reasons)


def test_what_the_models_refuse_is_named() -> None:
    with pytest.raises(ScenarioError, match="适用范围"):
        make_forecast({"temperature_k": 600})


@settings(max_examples=15, deadline=None)
@given(st.floats(0.005, 0.1), st.floats(1.05, 2.0))
def test_a_larger_hole_never_has_a_smaller_zone(diameter: float, factor: float) -> None:
    def reach(hole: float) -> float:
        value = make_forecast({"hole_diameter_m": hole}).footprints[1].figures["下风向距离"].value
        assert isinstance(value, int)
        return value

    assert reach(min(diameter * factor, 0.2)) >= reach(diameter)


def share(figure: Figure) -> float:
    """Return a share killed in per cent; below the least that is said, nothing."""
    return 0.0 if str(figure.value).startswith("<") else float(figure.value or 0)


def test_the_table_on_the_axis_agrees_with_the_zone_that_is_drawn() -> None:
    forecast = make_forecast({"hole_diameter_m": 0.05, "phase": "liquid"})
    gravest = forecast.footprints[0]
    reach = float(gravest.figures["下风向距离"].value or 0)
    assert "重气" in gravest.figures["下风向距离"].source
    inside = [row for row in forecast.tables[0].rows if float(str(row[0]).split()[0]) < reach]
    assert inside
    limit = 1100 * 17.03 / 24.06  # ppm of ammonia at 20 °C in mg/m³
    for row in inside:
        assert isinstance(row[1], Figure)
        assert float(row[1].value or 0) >= 0.95 * limit


def test_a_share_killed_that_nobody_can_know_is_said_to_be_below_it() -> None:
    said = [f.value for row in make_forecast().tables[0].rows for f in row[3:]]  # type: ignore[union-attr]
    assert "<0.01" in said
    assert not [v for v in said if isinstance(v, float) and 0 < v < 0.01]


@pytest.mark.parametrize(
    ("weather", "field"),
    [
        ({"wind_speed": 60.0}, "weather.wind_speed"),
        ({"temperature_c": 60.0}, "weather.temperature"),
    ],
)
@pytest.mark.parametrize("kind", ["gas_release", "flammable_cloud"])
def test_air_beyond_the_models_is_refused_by_its_name(
    kind: str, weather: dict[str, float], field: str
) -> None:
    content = {"kind": kind, "substance": "丙烷" if kind == "flammable_cloud" else "液氨"}
    inputs = MODELS[kind].parse(content, 20.0)
    with pytest.raises(ScenarioError, match=field):
        MODELS[kind].run(inputs, setting(Weather.parse({**WIND, **weather})))


def test_what_lies_beyond_the_models_says_so() -> None:
    leak = GasRelease.parse({"substance": "氯", "hole_diameter_m": 0.05})
    forecast = run_gas_release(leak, setting(Weather.parse({})))
    gravest, *others = forecast.summary
    assert "超过 10 km（模型只适用到此，实际更远）" in gravest
    assert any("只画到 10 km，实际更远" in said for said in forecast.shortfalls)
    assert all("10 km 以外为外推，只作量级参考" in said for said in others)


def test_the_summary_speaks_in_hours_and_kilometres_where_people_do() -> None:
    said = make_forecast({"hole_diameter_m": 0.1}, wind_speed=1.5, is_day=False).summary
    assert any("小时后" in line and " km（" in line for line in said)


def test_staying_indoors_is_shown_to_help() -> None:
    table = make_forecast().tables[0]
    assert table.columns[0] == "下风向距离"
    for _distance, outside, inside, killed_outside, killed_inside in table.rows:
        assert isinstance(outside, Figure)
        assert isinstance(inside, Figure)
        assert isinstance(killed_outside, Figure)
        assert isinstance(killed_inside, Figure)
        assert float(inside.value or 0) == pytest.approx(
            float(outside.value or 0) * (1 - math.exp(-0.5)), rel=0.02
        )
        assert share(killed_inside) <= share(killed_outside)
