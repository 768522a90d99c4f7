"""Rain on a city: the water of the science, on ground that everybody can picture."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from anlan.forecast.exposure import Facility
from anlan.forecast.hazards import flood as adapter
from anlan.forecast.hazards.flood import MM_H, design_storm
from anlan.forecast.hazards.flood_ground import flood_ground
from anlan.forecast.models_registry import models_for, parse_scenario, run_model
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.selectors.city import city_surroundings
from anlan.forecast.setting import Setting
from anlan.forecast.types import Forecast, Place
from anlan.science.flood.inertial import simulate_flood
from kit.cities import jinan_pack
from kit.towns import number

if TYPE_CHECKING:
    from pathlib import Path

PLACE = Place(lon=117.0, lat=36.7, name="示例洼地")
WIDTH = 3000.0
CELLS = 40


def bowl(size: int = 80, step: float = 0.0006) -> str:
    """Return an ASCII grid of a round hollow of 6 m around the place."""
    offset = (np.arange(size) + 0.5 - size / 2) * step * 111_195.0
    x, y = np.meshgrid(offset * np.cos(np.radians(PLACE.lat)), offset)
    z = 50.0 + 6.0 * np.clip(np.hypot(x, y) / 1200.0, 0.0, 1.0) ** 2
    rows = "\n".join(" ".join(f"{v:.3f}" for v in row) for row in z[::-1])
    west, south = PLACE.lon - size * step / 2, PLACE.lat - size * step / 2
    head = f"ncols {size}\nnrows {size}\nxllcorner {west}\nyllcorner {south}\ncellsize {step}"
    return f"{head}\nNODATA_value -9999\n{rows}\n"


def setting(text: str | None = None, **more: Any) -> Setting:
    return Setting(
        place=PLACE,
        weather=Weather.parse({}),
        moment=datetime(2026, 7, 1, tzinfo=UTC),
        files={"terrain": bowl() if text is None else text},
        **more,
    )


def rained(at: Setting | None = None, **fields: Any) -> Forecast:
    given = {"kind": "flood", "rain_m": 0.12, "width_m": WIDTH, **fields}
    found = run_model(parse_scenario(given), at or setting())
    assert isinstance(found, Forecast)
    return found


@pytest.fixture(autouse=True)
def few_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "CELLS", {"coarse": CELLS, "fine": 60})


@pytest.mark.parametrize("shape", ["peaked", "even"])
def test_a_design_storm_brings_its_whole_amount(shape: str) -> None:
    storm = design_storm(0.1, 7200.0, shape)
    assert storm.between(0.0, 9000.0) == pytest.approx(0.1, rel=1e-9)
    assert float(storm.at(9000.0)) == 0.0


def test_the_water_is_that_of_the_science_for_the_same_ground() -> None:
    ground = flood_ground(setting(), width=WIDTH, cell_size=WIDTH / CELLS)
    flood = simulate_flood(
        ground.grid.elevation,
        cell_size=ground.grid.cell_size,
        duration=10_800.0,
        roughness=adapter.ROUGHNESS,
        rain=design_storm(0.12, 7200.0, "peaked"),
        infiltration=5 * MM_H,
        drain=15 * MM_H,
        edge_slope=adapter.EDGE_SLOPE,
        largest_step=adapter.LARGEST_STEP,
        keep_at=np.linspace(0.0, 10_800.0, adapter.MOMENTS + 1)[1:],
        precision="single",
    )
    forecast = rained(duration_s=7200.0)
    row, column = ground.grid.cell_of(PLACE.lon, PLACE.lat)
    middle = flood.depth[int(row) - 2 : int(row) + 3, int(column) - 2 : int(column) + 3]
    assert forecast.series[0].values[-1] == pytest.approx(float(middle.max()), abs=0.001)
    shares = [number(row[2]) for row in forecast.tables[1].rows]
    assert shares[1] == round(100 * flood.drained / flood.rain)
    assert sum(shares[1:]) == pytest.approx(100.0, abs=2.0)


def test_water_gathers_in_the_hollow_and_the_zones_are_nested() -> None:
    forecast = rained(rain_m=0.16)
    zones = [f for f in forecast.footprints if f.key.startswith("depth")]
    assert [z.key for z in zones] == ["depth100", "depth50", "depth15"]
    for inner, outer in pairwise(zones):
        assert outer.area.buffer(1e-6).contains(inner.area)
    for zone in zones:
        assert zone.envelope.buffer(1e-9).contains(zone.area)
        less, more = zone.members
        assert less.area <= zone.area.area <= more.area
    centre = zones[-1].area.centroid
    assert centre.distance(centre.__class__(PLACE.lon, PLACE.lat)) < 1e-3


def test_the_water_rises_in_time_and_lies_in_its_range() -> None:
    forecast = rained()
    depth = forecast.series[0]
    assert depth.minutes[-1] == pytest.approx(240.0)
    assert max(depth.values) == number(forecast.figures["标定点附近最大水深"])
    assert depth.values[0] < max(depth.values)
    for low, value, high in zip(depth.low, depth.values, depth.high, strict=True):
        assert low <= value <= high
    sizes = [frame.areas["depth15"].area for frame in forecast.frames]
    peak = int(np.argmax(sizes))
    assert sizes[: peak + 1] == sorted(sizes[: peak + 1])
    assert "分钟后" in forecast.summary[0]


def test_more_drainage_leaves_less_water() -> None:
    weak, strong = rained(drain_m_s=0.0), rained(drain_m_s=60 * MM_H)
    assert number(strong.figures["最大积水面积"]) < number(weak.figures["最大积水面积"])


def test_a_school_in_the_hollow_is_marked_from_when_the_water_is_there() -> None:
    school = Facility(id=1, kind="school", name="洼地小学", lon=PLACE.lon, lat=PLACE.lat)
    dry = Facility(id=2, kind="school", name="高处小学", lon=PLACE.lon + 0.014, lat=PLACE.lat)
    marks = rained(setting(facilities=(school, dry))).marks
    assert len(marks) == 1
    assert "洼地小学" in marks[0].label
    assert 0.0 < marks[0].minutes < 240.0


def test_a_finer_grid_sees_the_same_hollow() -> None:
    coarse, fine = rained(), rained(detail="fine")
    near = number(fine.figures["最大积水面积"])
    assert near == pytest.approx(number(coarse.figures["最大积水面积"]), rel=0.15)


@pytest.mark.parametrize(
    ("fields", "text", "field", "value"),
    [
        ({"rain_m": 3.0}, None, "rain_m", "3000"),
        ({"rain_m": None}, None, "rain_m", "None"),
        ({"rain_m": 0.5, "duration_s": 600.0}, None, "rain_m", "mm/h"),
        ({"shape": "双峰"}, None, "shape", "双峰"),
        ({}, "hello", "terrain", "hello"),
        ({"width_m": 30_000.0}, None, "terrain", "117,36.7"),
    ],
)
def test_a_wrong_input_names_field_rule_and_value(
    fields: dict[str, Any], text: str | None, field: str, value: str
) -> None:
    with pytest.raises(ScenarioError, match=f"scenario.{field} 应.*{value}"):
        rained(setting(text), **fields)


def test_the_same_inputs_give_the_same_water() -> None:
    assert rained().series == rained().series


def test_a_city_without_terrain_is_answered_on_marked_ground() -> None:
    path = jinan_pack()
    city = city_surroundings(path)
    at = Setting(
        place=Place(lon=117.0, lat=36.66, name="历下区"),
        weather=Weather.parse({}),
        moment=datetime(2026, 7, 1, tzinfo=UTC),
        districts=city.districts,
        people=city.people,
        city=path,
    )
    forecast = rained(at, rain_m=0.2, width_m=6000.0)
    assert any("示例数据" in str(a.value) for a in forecast.assumptions)
    assert any("不可用于决策" in s for s in forecast.shortfalls)
    assert forecast.footprint("depth15") is not None


def test_a_city_whose_terrain_cannot_be_read_is_answered_on_marked_ground(tmp_path: Path) -> None:
    (tmp_path / "terrain.tif").write_bytes(b"not a picture")
    ground = flood_ground(replace(setting(""), city=tmp_path), width=WIDTH, cell_size=50.0)
    assert ground.grid.synthetic
    assert any("不可用于决策" in said for said in ground.shortfalls)
    assert any(said.startswith("城市数据包的 terrain.tif 读不出") for said in ground.shortfalls)


def test_it_is_offered_for_waterlogging() -> None:
    assert "flood" in [m.kind for m in models_for("11A02")]
