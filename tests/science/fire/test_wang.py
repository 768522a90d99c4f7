import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.fire.danger import fire_danger
from anlan.science.fire.intensity import attack, fireline_intensity, flame_length
from anlan.science.fire.wang import (
    DANGEROUS_RATE,
    fuel_factors,
    initial_rate,
    spread_field,
    spread_rate,
)

LINES = (Path(__file__).parent / "data" / "wang_reference.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(line for line in LINES.splitlines() if not line.startswith("#")))
WIND = st.floats(min_value=0, max_value=12)


@pytest.mark.cross("fire.wang", source="six rates computed apart (2026-11); 1e-4 m/min")
@pytest.mark.parametrize(
    "row", ROWS, ids=lambda r: f"{r['V_ms']}-{r['theta_deg']}-{r['slope_deg']}"
)
def test_every_reference_rate_is_met(row: dict[str, str]) -> None:
    t, v, rh = (float(row[k]) for k in ("T_C", "V_ms", "RH_pct"))
    sign = 1.0 if row["direction"] == "up" else -1.0
    found = spread_rate(
        t, v, rh,
        fuel_factor=float(row["Ks"]),
        wind_angle_deg=float(row["theta_deg"]),
        slope_deg=sign * float(row["slope_deg"]),
    )  # fmt: skip
    assert float(initial_rate(t, v, rh)) * 60 == pytest.approx(float(row["R0_m_min"]), abs=1e-4)
    assert float(found) * 60 == pytest.approx(float(row["R_m_min"]), abs=1e-4)


@pytest.mark.published(
    "fire.wang",
    source="林业科学 46(1) (2010), 北京西山: surface fire 0.01 to 0.22 m/s; in the range",
)
def test_surface_fires_near_beijing_have_the_observed_rates() -> None:
    rates = spread_rate(
        [10, 20, 25], [1, 3, 5], [50, 40, 30], fuel_factor=[1.0, 1.0, 1.2], slope_deg=[0, 5, 10]
    )
    assert np.all((rates > 0.01) & (rates < 0.22))


@pytest.mark.analytic("fire.wang")
@given(v=WIND)
def test_across_the_wind_on_the_flat_only_the_initial_rate_is_left(v: float) -> None:
    found = spread_rate(20, v, 40, fuel_factor=1.5, wind_angle_deg=90.0)
    assert found == pytest.approx(1.5 * float(initial_rate(20, v, 40)))


@pytest.mark.analytic("fire.wang")
@given(v=WIND, slope=st.floats(min_value=0, max_value=60))
def test_up_and_down_cancel(v: float, slope: float) -> None:
    up, down, flat = (spread_rate(20, v, 40, slope_deg=s) for s in (slope, -slope, 0.0))
    assert float(up * down) == pytest.approx(float(flat * flat))


@pytest.mark.property("fire.wang")
@given(v=WIND, to=st.floats(min_value=0, max_value=360), slope=st.floats(min_value=0, max_value=40))
def test_the_ellipse_runs_through_head_and_back(v: float, to: float, slope: float) -> None:
    field = spread_field(20, v, 40, wind_to_deg=to, slope_deg=slope, uphill_deg=0.0)
    e = float(field.eccentricity)
    assert 0.0 <= e < 1.0
    back = float(field.rate) * (1 - e) / (1 + e)
    direction = float(field.direction_deg) + 180.0
    along = np.degrees(np.arctan(np.tan(np.radians(slope)) * np.cos(np.radians(direction))))
    found = spread_rate(20, v, 40, wind_angle_deg=direction - to, slope_deg=along)
    assert back == pytest.approx(float(found))


def test_the_head_runs_with_the_wind_on_the_flat() -> None:
    assert spread_field(20, 5, 40, wind_to_deg=90.0).direction_deg == 90.0


def test_cold_and_wet_weather_spreads_nothing_and_danger_begins_at_its_threshold() -> None:
    assert initial_rate(-5, 0, 95) == 0.0
    assert spread_field(-5, 0, 95, wind_to_deg=0.0).eccentricity == 0.0
    assert initial_rate(25, 5, 30) > DANGEROUS_RATE
    assert [ks for ks, _, _ in fuel_factors()] == [0.4, 0.7, 0.8, 1.0, 1.2, 1.6, 1.8, 2.0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"wind_speed": 15.0}, "wind_speed must be between 0 and 12 m/s, got 15"),
        ({"slope_deg": 75.0}, "slope_deg must be between -60 and 60 deg"),
        ({"humidity_percent": 140}, "humidity_percent must be between 0 and 100 %"),
        ({"wind_angle_deg": float("nan")}, "wind_angle_deg must be finite"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, float], message: str) -> None:
    usual = {"temperature_c": 20.0, "wind_speed": 3.0, "humidity_percent": 40.0}
    with pytest.raises(ValueError, match=message):
        spread_rate(**(usual | change))


@pytest.mark.analytic("fire.intensity")
def test_intensity_is_heat_times_load_times_rate() -> None:
    assert fireline_intensity(0.5, 2.0, heat_content=2e7) == pytest.approx(2e7)


@pytest.mark.published("fire.intensity", source="Byram (1959): L = 0.0775 I^0.46 at 1 kW/m; exact")
def test_flames_have_the_length_of_byram() -> None:
    np.testing.assert_allclose(flame_length([1e3, 4800e3]), [0.0775, 3.8254], rtol=1e-4)


@pytest.mark.property("fire.intensity")
@given(i=st.floats(min_value=1e3, max_value=1e8))
def test_stronger_fires_have_longer_flames_and_fewer_means(i: float) -> None:
    assert flame_length(2 * i) == pytest.approx(2**0.46 * float(flame_length(i)))
    order = ["hand", "engine", "aircraft", "none"]
    assert order.index(attack(2 * i)) >= order.index(attack(i))


@pytest.mark.published("fire.danger", source="LY/T 1172-95: classes end at 25, 50, 72, 90; exact")
def test_the_classes_end_where_the_standard_says() -> None:
    day = {"days_since_rain": 5, "last_rain_mm": 3.0, "beaufort": 3}
    found = fire_danger(12.0, 45.0, **day)  # type: ignore[arg-type]
    assert found.index == 6 + 9 + 25 + 15
    assert (found.level, found.title, found.colour) == (3, "中度危险", "黄")
    assert len(found.reasons) == 5


@pytest.mark.property("fire.danger")
@given(
    t=st.floats(min_value=-20, max_value=40),
    rh=st.floats(min_value=0, max_value=100),
    days=st.integers(min_value=0, max_value=60),
    rain=st.floats(min_value=0, max_value=100),
    force=st.integers(min_value=0, max_value=12),
)
def test_hotter_drier_windier_days_are_never_safer(
    t: float, rh: float, days: int, rain: float, force: int
) -> None:
    base = fire_danger(t, rh, days_since_rain=days, last_rain_mm=rain, beaufort=force)
    worse = fire_danger(
        t + 5, rh * 0.8, days_since_rain=days + 1, last_rain_mm=rain, beaufort=force + 1
    )
    assert worse.index >= base.index
    assert worse.level >= base.level


def test_snow_and_green_grass_lower_the_danger() -> None:
    day = {"days_since_rain": 12, "last_rain_mm": 1.0, "beaufort": 8}
    bare = fire_danger(30.0, 10.0, **day)  # type: ignore[arg-type]
    assert (bare.level, bare.title) == (5, "极度危险")
    green = fire_danger(30.0, 10.0, greenness="full", **day)  # type: ignore[arg-type]
    assert green.index == bare.index - 20
    snow = fire_danger(30.0, 10.0, snow_cover=True, **day)  # type: ignore[arg-type]
    assert snow.level == 1
    with pytest.raises(ValueError, match="greenness must be one of full"):
        fire_danger(30.0, 10.0, greenness="blue", **day)  # type: ignore[arg-type]
