"""What the register knows of an input: from the nearest fitting facility, with its origin."""

from __future__ import annotations

from typing import Any

import pytest
from shapely.geometry import LineString

from anlan.forecast.exposure import Facility
from anlan.forecast.known import assumed_from, known_here
from anlan.forecast.models_registry import MODELS
from kit.outlook import PARK, tank

DEGREES_EAST = 1 / 89_094.0


def facility(kind: str, metres_east: float, **details: Any) -> Facility:
    return Facility(
        id=round(metres_east) + 1,
        kind=kind,
        name=f"示例{kind}{metres_east:g}",
        lon=PARK.lon + metres_east * DEGREES_EAST,
        lat=PARK.lat,
        details=details,
    )


AMMONIA = {
    "substance": "液氨",
    "cas": "7664-41-7",
    "phase": "pressurised",
    "inventory_kg": 40_000.0,
    "pressure_pa": 1.0e6,
    "temperature_k": 293.15,
}


def values(kind: str, facilities: list[Facility], **entered: Any) -> dict[str, Any]:
    return {k: v.value for k, v in known_here(MODELS[kind], entered, PARK, facilities).items()}


def test_a_leak_takes_the_nearest_tank_of_the_substance_and_says_which() -> None:
    tanks = [
        facility("storage_tank", 90, substance="液氯", cas="7782-50-5", inventory_kg=9e3),
        facility("storage_tank", 200, **AMMONIA),
        facility("storage_tank", 300, **{**AMMONIA, "inventory_kg": 1.0}),
    ]
    known = known_here(MODELS["gas_release"], {"substance": "液氨"}, PARK, tanks)
    assert known["inventory_kg"].value == 40_000.0
    assert "示例storage_tank200" in known["inventory_kg"].origin
    assert "距事发点200 m" in known["inventory_kg"].origin
    assert known["phase"].value == "liquid"
    assert "substance" not in known


def test_a_leak_that_names_nothing_takes_the_substance_of_the_nearest_toxic_tank() -> None:
    petrol = facility("storage_tank", 20, substance="汽油", inventory_kg=9e5)
    found = values("gas_release", [petrol, facility("storage_tank", 100, **AMMONIA)])
    assert found["substance"] == "液氨"


def test_what_was_entered_is_never_replaced() -> None:
    tanks = [facility("storage_tank", 100, **AMMONIA)]
    found = values("gas_release", tanks, substance="液氨", inventory_kg=7.0)
    assert "inventory_kg" not in found


def test_too_far_a_tank_tells_nothing() -> None:
    assert values("gas_release", [facility("storage_tank", 600, **AMMONIA)], substance="氨") == {}


def test_a_major_hazard_source_tells_the_amount_where_no_tank_is_registered() -> None:
    source = facility("major_hazard_source", 50, substance="液氨", cas="7664-41-7", quantity_t=80.0)
    assert values("gas_release", [source], substance="液氨")["inventory_kg"] == 80_000.0
    assert values("facility_risk", [source])["mass_kg"] == 80_000.0


def test_a_nought_of_the_register_is_not_a_measurement() -> None:
    empty = facility("storage_tank", 50, **{**AMMONIA, "inventory_kg": 0.0, "pressure_pa": None})
    found = values("gas_release", [empty], substance="液氨")
    assert {"inventory_kg", "pressure_pa"}.isdisjoint(found)


def test_a_fireball_asks_a_tank_under_pressure_and_a_pool_one_without() -> None:
    tanks = [tank(60, pressure=1e5), tank(90, pressure=9e5)]
    bund = facility(
        "storage_tank", 40, substance="柴油", inventory_kg=2e5, pressure_pa=1e5, bund_m2=314.159
    )
    assert values("fireball", tanks) == {"mass_kg": 5e5}
    pool = values("pool_fire", [*tanks, bund])
    assert pool == {"fuel": "diesel", "diameter_m": pytest.approx(20.0), "inventory_kg": 2e5}
    assert values("pool_fire", [bund], fuel="gasoline") == {}


def test_a_pipe_counts_from_where_it_comes_closest() -> None:
    def pipe(metres_north: float, medium: str) -> Facility:
        lat = PARK.lat + metres_north / 111_195.0
        route = LineString([(PARK.lon - 0.02, lat), (PARK.lon + 0.05, lat)])
        middle = route.interpolate(0.5, normalized=True)
        return Facility(
            id=1,
            kind="pipeline",
            name="示例管线",
            lon=middle.x,
            lat=middle.y,
            details={"route": route, "medium": medium, "diameter_mm": 400.0, "pressure_pa": 4e5},
        )

    known = known_here(MODELS["gas_pipeline"], {}, PARK, [pipe(120, "natural_gas")])
    assert known["diameter_m"].value == pytest.approx(0.4)
    assert known["pressure_pa"].value == pytest.approx(501_325.0)
    assert "距事发点120 m" in known["gas"].origin
    assert values("gas_pipeline", [pipe(120, "water")]) == {}
    assert values("jet_fire", [pipe(260, "natural_gas")]) == {}


def test_a_dam_and_a_venue_tell_their_size() -> None:
    dam = facility("reservoir", 900, storage_m3=2e6, capacity_m3=3e6, dam_height_m=18.0)
    assert values("dam_break", [dam]) == {"volume_m3": 2e6, "height_m": 18.0}
    assert values("dam_break", [dam], content="tailings") == {}
    assert values("mass_gathering", [facility("crowded_place", 100, people=8000)]) == {
        "people": 8000.0
    }


def test_what_the_register_filled_in_is_told_as_an_assumption_in_the_unit_of_the_form() -> None:
    model = MODELS["gas_release"]
    told = assumed_from(
        model,
        {"inventory_kg": 40_000.0, "phase": "liquid"},
        {"inventory_kg": "登记表：甲", "phase": "登记表：甲", "height_m": "登记表：乙"},
    )
    assert [a.text for a in told] == [
        "相态未填，按 液相 计（登记表：甲）",
        "可泄漏量未填，按 40 t 计（登记表：甲）",
    ]
