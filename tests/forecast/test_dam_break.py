"""A dam that breaks over a valley that everybody can picture: water runs down it, and in time."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from anlan.forecast.exposure import Facility
from anlan.forecast.hazards import dam_break as adapter
from anlan.forecast.hazards.dam_break import outflows
from anlan.forecast.models_registry import models_for, parse_scenario, run_model
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.setting import Setting
from anlan.forecast.types import Forecast, Place
from anlan.science.flood.breach import peak_flows
from anlan.science.flood.tailings import tailings_estimates
from kit.towns import number

PLACE = Place(lon=117.0, lat=36.5, name="示例坝址")


def valley(size: int = 60, step: float = 0.001) -> str:
    """Return an ASCII grid of a valley that falls to the south by 1 in 100."""
    offset = (np.arange(size) + 0.5 - size / 2) * step * 111_195.0
    x, y = np.meshgrid(offset * np.cos(np.radians(PLACE.lat)), offset)
    z = 200.0 + 0.01 * y + 0.04 * np.abs(x)
    rows = "\n".join(" ".join(f"{v:.2f}" for v in row) for row in z[::-1])
    west, south = PLACE.lon - size * step / 2, PLACE.lat - size * step / 2
    head = f"ncols {size}\nnrows {size}\nxllcorner {west}\nyllcorner {south}\ncellsize {step}"
    return f"{head}\nNODATA_value -9999\n{rows}\n"


@pytest.fixture(autouse=True)
def few_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "CELLS", {"coarse": 40, "fine": 50})
    monkeypatch.setattr(adapter, "CELLS_TRIED", 30)


def setting(**more: Any) -> Setting:
    return Setting(
        place=PLACE,
        weather=Weather.parse({}),
        moment=datetime(2026, 7, 1, tzinfo=UTC),
        files={"terrain": valley()},
        **more,
    )


def broken(at: Setting | None = None, **fields: Any) -> Forecast:
    given = {"kind": "dam_break", "volume_m3": 2e6, "height_m": 15.0, "width_m": 5000.0}
    given |= {"duration_s": 3600.0, **fields}
    found = run_model(parse_scenario(given), at or setting())
    assert isinstance(found, Forecast)
    return found


@pytest.fixture
def flood() -> Forecast:
    return broken()


def test_the_outflow_has_the_published_peaks_and_the_whole_volume() -> None:
    rows, flows = outflows(2e6, 15.0, tailings=False, share=0.8, overtopping=True)
    values = [p.value for p in peak_flows(2e6, 15.0)]
    assert [value for _name, value in rows] == values
    peaks = [float(flow.values.max()) for flow in flows]
    less, more = 0.53 * min(values), 2.3 * max(values)  # Wahl 2004
    assert peaks == pytest.approx([float(np.median(values)), less, more])
    for flow in flows:
        assert flow.between(0.0, 1e7) == pytest.approx(1.6e6, rel=1e-6)


def test_tailings_release_what_the_regressions_say() -> None:
    rows, flows = outflows(1e6, 30.0, tailings=True, share=1.0, overtopping=False)
    found = tailings_estimates(1e6, 30.0)
    assert [name for name, _peak in rows] == [e.relation for e in found]
    assert flows[-1].between(0.0, 1e7) == pytest.approx(max(e.released for e in found), rel=1e-3)


def test_the_water_runs_down_the_valley_and_later_farther(flood: Forecast) -> None:
    zones = [f for f in flood.footprints if f.key.startswith("depth")]
    for inner, outer in pairwise(zones):
        assert outer.area.buffer(1e-6).contains(inner.area)
    assert zones[-1].area.centroid.y < PLACE.lat
    souths = [f.areas["depth15"].bounds[1] for f in flood.frames if not f.areas["depth15"].is_empty]
    assert souths[0] > souths[-1]
    times = [number(row[1]) for row in flood.tables[1].rows]
    assert times == sorted(times)
    assert "分钟后" in flood.summary[1]


def test_the_ranges_hold_their_values(flood: Forecast) -> None:
    for figure in flood.figures.values():
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= number(figure) <= figure.high
    for zone in flood.footprints:
        assert zone.envelope.buffer(1e-9).contains(zone.area)


def test_a_registered_reservoir_near_the_pin_is_the_one_that_breaks() -> None:
    dam = Facility(
        id=1,
        kind="reservoir",
        name="示例水库",
        lon=PLACE.lon,
        lat=PLACE.lat,
        details={"capacity_m3": 3e6, "storage_m3": 1e6, "dam_height_m": 12.0},
    )
    forecast = broken(setting(facilities=(dam,)), volume_m3=None, height_m=None)
    said = {a.field: a for a in forecast.assumptions}
    assert said["scenario.volume_m3"].value == 1e6
    assert "示例水库" in said["scenario.height_m"].basis


def test_a_dam_that_nobody_knows_is_an_example_and_says_so() -> None:
    said = {a.field: a for a in broken(volume_m3=None).assumptions}
    assert "示例" in said["scenario.volume_m3"].basis


def test_tailings_that_hardly_flow_cover_less_than_water() -> None:
    stiff = broken(content="tailings", yield_stress_pa=3000.0)
    thin = broken(content="tailings", yield_stress_pa=0.0)
    assert number(stiff.figures["最大淹没面积"]) < number(thin.figures["最大淹没面积"])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"height_m": 500.0}, "height_m"),
        ({"volume_m3": 10.0}, "volume_m3"),
        ({"cause": "爆破"}, "cause"),
        ({"width_m": 40_000.0}, "terrain"),
    ],
)
def test_a_wrong_input_names_its_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ScenarioError, match=f"scenario.{field} 应"):
        broken(**fields)


def test_the_same_inputs_give_the_same_flood(flood: Forecast) -> None:
    assert broken().series == flood.series


def test_it_is_offered_for_reservoirs_and_tailings() -> None:
    assert "dam_break" in [m.kind for m in models_for("11A03")]
    assert "dam_break" in [m.kind for m in models_for("12A07")]
