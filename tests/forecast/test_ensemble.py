"""Ensembles: probabilities that can be checked by hand, ranges that hold, seeds that repeat."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from shapely import Point

from anlan.forecast.districts import District
from anlan.forecast.ensemble import run_ensemble
from anlan.forecast.exposure import PeopleGrid
from anlan.forecast.fields import Field, Inputs, Spread, read_fields
from anlan.forecast.hazards import gas_release
from anlan.forecast.model import ForecastModel
from anlan.forecast.models_registry import MODELS
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.services import entered
from anlan.forecast.setting import Setting
from anlan.forecast.shapes import disc
from anlan.forecast.types import Figure, Footprint, Forecast, Place, Series
from kit.outlook import make_setting

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = Place(lon=117.0, lat=36.7)
FIELDS = (
    Field(
        key="radius_m",
        title="半径",
        unit="km",
        scale=1000.0,
        low=10,
        high=10_000,
        required=True,
        spread=Spread(low=0.5, high=1.5),
    ),
    Field(key="offset_m", title="偏移", unit="m", low=-500, high=500, default=0.0),
)


def read(content: Mapping[str, Any], _temperature_c: float) -> Inputs:
    return read_fields("circle", FIELDS, content)


def draw_circle(inputs: Inputs, setting: Setting) -> Forecast:
    """A model whose answer is known: a circle, its radius, and a line that grows with it."""
    radius = inputs.number("radius_m")
    if radius > 1400:
        raise ScenarioError("scenario.radius_m", "不大于 1400 m", radius)
    area = disc(setting.place, radius)
    return Forecast(
        model="circle",
        version="v1",
        title="圆",
        footprints=(
            Footprint(
                key="in",
                label="圆内",
                threshold=Figure(value=1, unit="1", source="test"),
                area=area,
                envelope=area,
            ),
        ),
        figures={
            "半径": Figure(value=radius, unit="m", source="圆"),
            "同样": Figure(value=3.0, unit="m", source="圆"),
        },
        series=(
            Series(
                key="r", label="半径", unit="m", minutes=(0.0, 1.0), values=(radius, 2 * radius)
            ),
        ),
    )


CIRCLE = ForecastModel(
    kind="circle",
    family="chemical",
    title="圆",
    about="",
    cards=(),
    fields=FIELDS,
    reader=read,
    run=draw_circle,
)


def setting(seed: int = 7) -> Setting:
    return Setting(
        place=PLACE,
        weather=Weather.parse({}),
        moment=datetime(2026, 3, 1, tzinfo=UTC),
        seed=seed,
        people=PeopleGrid(
            lon=np.array([117.0]),
            lat=np.array([36.7]),
            people=np.array([500.0]),
            cell_lon=0.001,
            cell_lat=0.001,
            source="网格",
        ),
    )


def ensemble(radius: float = 900.0, seed: int = 7) -> Any:
    content = {"kind": "circle", "radius_m": radius, "offset_m": 0.0}
    return run_ensemble(CIRCLE, content, {}, setting(seed), members=40)


def test_the_areas_of_an_even_spread_have_the_radii_of_its_shares() -> None:
    """Radius even between 450 and 1350 m: half the members reach 900 m, nine tenths 540 m."""
    found = {row.share: row.area for row in ensemble().areas}
    for share, radius in ((0.9, 540.0), (0.5, 900.0), (0.1, 1260.0)):
        expected = disc(PLACE, radius).area
        assert found[share].area == pytest.approx(expected, rel=0.08)
    assert found[0.1].contains(found[0.5])
    assert found[0.5].contains(found[0.9])


def test_figures_get_the_range_of_the_members_and_a_certain_one_is_left_out() -> None:
    figures = ensemble().figures
    assert set(figures) == {"半径"}
    radius = figures["半径"]
    assert radius.value == pytest.approx(900.0, rel=0.02)
    assert radius.low == pytest.approx(450.0 + 0.05 * 900.0, rel=0.06)
    assert radius.high == pytest.approx(450.0 + 0.95 * 900.0, rel=0.06)


def test_series_and_people_get_their_range_too() -> None:
    found = ensemble()
    (series,) = found.series
    assert series.low[1] == pytest.approx(2 * series.low[0])
    assert series.low[0] < series.values[0] < series.high[0]
    assert found.people["in"].value == 500


def test_the_input_that_moves_the_result_is_named_first() -> None:
    (influence,) = ensemble().influences
    assert influence.title == "半径"
    assert influence.correlation == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_and_another_does_not() -> None:
    assert ensemble(seed=1).figures == ensemble(seed=1).figures
    assert ensemble(seed=1).figures != ensemble(seed=2).figures


def test_members_that_the_model_refuses_are_counted_and_all_refused_is_an_error() -> None:
    found = ensemble(radius=1200.0)  # between 600 and 1800 m: a third is above 1400 m
    assert 10 <= found.refused <= 17
    with pytest.raises(ScenarioError, match="1400"):
        ensemble(radius=5000.0)


def test_progress_is_told_and_may_stop_the_run() -> None:
    told: list[float] = []

    def stop_at_half(share: float, _note: str) -> None:
        told.append(share)
        if share >= 0.5:
            raise InterruptedError

    content = {"kind": "circle", "radius_m": 900.0}
    with pytest.raises(InterruptedError):
        run_ensemble(CIRCLE, content, {}, setting(), members=10, progress=stop_at_half)
    assert told == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_leak_in_uncertain_wind_is_less_probable_to_the_side_than_ahead() -> None:
    weather = Weather.parse({"wind_speed": 3.0, "wind_from_deg": 270.0, "is_day": True})
    model = gas_release.MODEL
    leak = model.parse({"substance": "液氨", "hole_diameter_m": 0.03}, 20.0)
    here = replace(setting(), weather=weather)
    found = run_ensemble(model, entered(leak), entered(weather), here, members=24)
    assert {draw.key for draw in found.draws} == {"hole_diameter_m", "wind_speed", "wind_from_deg"}
    assert found.refused == 0
    likely = next(r.area for r in found.areas if r.key == "aegl2" and r.share == 0.5)
    assert likely.contains(Point(PLACE.lon + 0.002, PLACE.lat))
    assert not likely.contains(Point(PLACE.lon - 0.002, PLACE.lat))
    assert found.figures["泄漏速率"].low < found.figures["泄漏速率"].high  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("pool_fire", {}),
        ("mass_gathering", {}),
        ("forest_fire", {"hours": 1}),
        ("flood", {"rain_m": 0.05, "width_m": 2000.0, "duration_s": 1800.0}),
    ],
)
def test_a_member_tells_the_same_areas_figures_and_series_as_the_whole_run(
    kind: str, given: dict[str, Any]
) -> None:
    model = MODELS[kind]
    inputs = model.parse({"kind": kind, **given}, 20.0)
    whole = model.run(inputs, make_setting())
    member = model.run(inputs, make_setting(member=True))
    assert {n: f.value for n, f in member.figures.items()} == {
        n: f.value for n, f in whole.figures.items()
    }
    assert [s.values for s in member.series] == [s.values for s in whole.series]
    areas = {f.key: f.area for f in member.footprints}
    for footprint in whole.footprints:
        held = areas.get(footprint.key)
        assert footprint.area.is_empty if held is None else held.equals(footprint.area)


def test_what_was_entered_is_the_middle_of_the_draw_also_between_half_and_double() -> None:
    spread = Spread(low=1 / 3, high=3.0)
    assert [spread.apply(6.0, share) for share in (0.0, 0.5, 1.0)] == pytest.approx(
        [2.0, 6.0, 18.0]
    )
    assert spread.apply(6.0, 0.25) == pytest.approx(4.0)
    assert spread.apply(6.0, 0.75) == pytest.approx(12.0)
    turned = Spread(low=-30.0, high=10.0, how="add")
    assert [turned.apply(20.0, share) for share in (0.0, 0.5, 1.0)] == [-10.0, 20.0, 30.0]
    one_sided = Spread(low=0.5, high=1.0)
    assert one_sided.apply(8.0, 0.5) == 6.0


@drawn(
    low=st.floats(0.05, 0.95), high=st.floats(1.05, 5.0), shares=st.tuples(*[st.floats(0, 1)] * 2)
)
def test_a_larger_share_never_draws_less(
    low: float, high: float, shares: tuple[float, float]
) -> None:
    spread = Spread(low=low, high=high)
    less, more = (spread.apply(10.0, share) for share in sorted(shares))
    assert 10.0 * low - 1e-9 <= less <= more + 1e-9 <= 10.0 * high + 2e-9


def test_a_number_of_sites_stays_whole() -> None:
    counted = replace(CIRCLE, run=lambda inputs, here: counting(draw_circle(inputs, here)))
    content = {"kind": "circle", "radius_m": 900.0, "offset_m": 0.0}
    figure = run_ensemble(counted, content, {}, setting(), members=40).figures["停运"]
    assert all(float(v or 0).is_integer() for v in (figure.value, figure.low, figure.high))


def counting(forecast: Forecast) -> Forecast:
    radius = float(forecast.figures["半径"].value or 0)
    sites = Figure(value=int(radius // 300), unit="处", source="圆")
    return replace(forecast, figures={"停运": sites})


@pytest.mark.parametrize("kind", ["outbreak_detection", "opinion_surge"])
def test_a_model_with_nothing_to_draw_has_no_ensemble(kind: str) -> None:
    assert not MODELS[kind].may_vary
    assert MODELS[kind].members == 0


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("gas_release", {"substance": "液氨"}),
        ("flammable_cloud", {"substance": "丙烷"}),
        ("radiation", {}),
        ("earthquake", {"magnitude": 6.0, "strike_deg": 20.0}),
        ("typhoon", {"track": "lekima_1909"}),
    ],
)
def test_a_member_has_no_range_of_its_own(kind: str, given: dict[str, Any]) -> None:
    model = MODELS[kind]
    inputs = model.parse({"kind": kind, **given}, 20.0)
    here = make_setting(districts=(make_district(),))
    whole = model.run(inputs, here)
    members = [model.run(inputs, replace(here, member=True, seed=seed)) for seed in (1, 2, 3)]
    assert whole.frames
    for member in members:
        assert not (member.frames)
        assert not (member.tables)
        assert not (member.marks)
        assert all(f.envelope.equals(f.area) for f in member.footprints)
        shared = set(member.figures) & set(whole.figures)
        assert shared


def make_district() -> District:
    return District(code="370100000000", name="济南市", area=disc(PLACE, 40_000.0))


def test_members_of_a_typhoon_follow_different_tracks() -> None:
    model = MODELS["typhoon"]
    inputs = model.parse({"kind": "typhoon", "track": "lekima_1909", "lead_s": 172_800.0}, 20.0)
    here = make_setting(districts=(make_district(),), member=True)
    ways = {
        model.run(inputs, replace(here, seed=seed)).figures["最近距离"].value for seed in range(6)
    }
    assert len(ways) > 3


def test_members_of_an_earthquake_turn_the_fault_that_nobody_knows() -> None:
    model = MODELS["earthquake"]
    inputs = model.parse({"kind": "earthquake", "magnitude": 6.5}, 20.0)
    here = make_setting(member=True)
    outlines = [
        model.run(inputs, replace(here, seed=seed)).footprints[-1].area.bounds for seed in (1, 2, 3)
    ]
    assert len(set(outlines)) == 3


@pytest.mark.parametrize("kind", [k for k, model in MODELS.items() if model.uses_weather])
@pytest.mark.parametrize(
    "weather",
    [{"wind_speed": 60.0}, {"wind_speed": 0.0}, {"temperature_c": 60.0}, {"temperature_c": -50.0}],
)
def test_weather_at_the_ends_of_the_form_is_answered_or_refused_by_name(
    kind: str, weather: dict[str, float]
) -> None:
    given = {"gas_release": {"substance": "液氨"}, "flammable_cloud": {"substance": "丙烷"}}
    model = MODELS[kind]
    refused: str | None = None
    try:
        inputs = model.parse(
            {"kind": kind, **given.get(kind, {})}, weather.get("temperature_c", 20)
        )
        model.run(inputs, make_setting(weather=weather, member=True))
    except ScenarioError as error:
        refused = error.field
    assert refused is None or refused.startswith(("weather.", "scenario"))
