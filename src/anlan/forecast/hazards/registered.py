"""Which facilities of the register tell the models what: declared once, for page and package."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from anlan.forecast.known import Registered
from anlan.science.blast import poolfire
from anlan.science.release.substances import find

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anlan.forecast.exposure import Facility
    from anlan.science.release.substances import Substance

__all__ = [
    "BURNING_CLOUD",
    "CROWD",
    "DAM",
    "FIREBALL",
    "PIPE",
    "PIPE_JET",
    "POOL",
    "RISK",
    "TOXIC_LEAK",
]

TANK_M: Final = 500.0
"""A tank or major hazard source within this distance is taken as the source."""

PIPE_M: Final = 200.0
"""A pipe within this distance is taken as the one that leaks."""

DAM_M: Final = 2000.0
"""A dam within this distance is taken as the one that breaks."""

VENUE_M: Final = 500.0
"""A crowded place within this distance is taken as the venue."""

ATMOSPHERE: Final = 101_325.0
PRESSURISED_PA: Final = 2.0e5
MEDIUMS: Final = {"natural_gas": "methane", "lpg": "propane"}
"""What burns of the mediums of registered pipes → the gas of the models."""

TOXIC_STORES: Final = {"7782-50-5": "chlorine", "7664-41-7": "ammonia"}


def _detail(name: str, scale: float = 1.0) -> Callable[[Facility], float | None]:
    """Return what reads a number of a facility; a nought is what nobody measured."""

    def tell(facility: Facility) -> float | None:
        value = facility.details.get(name)
        return float(value) * scale if value else None

    return tell


def _substance(facility: Facility) -> Substance | None:
    """Return the substance that a facility holds, if the tables know it."""
    for name in (facility.details.get("cas"), facility.details.get("substance")):
        if name:
            try:
                return find(str(name))
            except ValueError:
                continue
    return None


def _name(facility: Facility) -> str | None:
    """Return the substance as the register calls it, if the tables know that word."""
    held = _substance(facility)
    if held is None:
        return None
    word = str(facility.details.get("substance") or "")
    try:
        return word if find(word).cas == held.cas else held.name_zh
    except ValueError:
        return held.name_zh


def _phase(facility: Facility) -> str | None:
    kept = facility.details.get("phase")
    return None if not kept else ("gas" if kept == "gas" else "liquid")


def _pressurised(facility: Facility) -> bool:
    return float(facility.details.get("pressure_pa") or 0.0) >= PRESSURISED_PA


def _same_substance(
    fits: Callable[[Substance], bool],
) -> Callable[[Facility, Mapping[str, Any]], bool]:
    """Return whether a facility holds what was entered; nothing entered: whether it fits at all."""

    def check(facility: Facility, entered: Mapping[str, Any]) -> bool:
        held = _substance(facility)
        if held is None:
            return False
        wanted = entered.get("substance")
        if not wanted:
            return fits(held)
        try:
            return find(str(wanted)).cas == held.cas
        except ValueError:
            return False

    return check


def _toxic(held: Substance) -> bool:
    try:
        return held.aegl(2, 60).ppm is not None
    except ValueError:
        return False


def _burns(held: Substance) -> bool:
    return held.lfl is not None


def _leak(fits: Callable[[Substance], bool]) -> tuple[Registered, ...]:
    same = _same_substance(fits)
    return (
        Registered(
            kinds=("storage_tank",),
            within_m=TANK_M,
            fits=same,
            tells={
                "substance": _name,
                "phase": _phase,
                "inventory_kg": _detail("inventory_kg"),
                "pressure_pa": _detail("pressure_pa"),
                "temperature_k": _detail("temperature_k"),
            },
        ),
        Registered(
            kinds=("major_hazard_source",),
            within_m=TANK_M,
            fits=same,
            tells={"substance": _name, "inventory_kg": _detail("quantity_t", 1000.0)},
        ),
    )


TOXIC_LEAK: Final = _leak(_toxic)
BURNING_CLOUD: Final = _leak(_burns)


def _under_pressure(facility: Facility, _entered: Mapping[str, Any]) -> bool:
    held = _substance(facility)
    return _pressurised(facility) and (held is None or _burns(held))


def _pool_fits(facility: Facility, entered: Mapping[str, Any]) -> bool:
    """Tell whether a tank may feed a pool fire: no pressure, and the fuel that was entered."""
    if _pressurised(facility) or not facility.details.get("inventory_kg"):
        return False
    wanted, held = entered.get("fuel"), _fuel(facility)
    return not wanted or held is None or held == wanted


def _fuel(facility: Facility) -> str | None:
    name = str(facility.details.get("substance") or "")
    return next((key for key in poolfire.FUELS if poolfire.fuel(key).title == name), None)


def _bund_diameter(facility: Facility) -> float | None:
    area = float(facility.details.get("bund_m2") or 0.0)
    return round(math.sqrt(4.0 * area / math.pi), 1) if area else None


FIREBALL: Final = (
    Registered(
        kinds=("storage_tank",),
        within_m=TANK_M,
        fits=_under_pressure,
        tells={"mass_kg": _detail("inventory_kg")},
    ),
)
POOL: Final = (
    Registered(
        kinds=("storage_tank",),
        within_m=TANK_M,
        fits=_pool_fits,
        tells={
            "fuel": _fuel,
            "diameter_m": _bund_diameter,
            "inventory_kg": _detail("inventory_kg"),
        },
    ),
)


def _gas(facility: Facility) -> str | None:
    return MEDIUMS.get(str(facility.details.get("medium")))


def _gas_pipe(facility: Facility, entered: Mapping[str, Any]) -> bool:
    held = _gas(facility)
    return held is not None and entered.get("gas") in (None, "", held)


def _absolute(facility: Facility) -> float | None:
    """Return the absolute pressure of a pipe; the register holds what its gauge shows."""
    value = facility.details.get("pressure_pa")
    return float(value) + ATMOSPHERE if value else None


PIPE: Final = (
    Registered(
        kinds=("pipeline",),
        within_m=PIPE_M,
        fits=_gas_pipe,
        tells={
            "gas": _gas,
            "diameter_m": _detail("diameter_mm", 0.001),
            "pressure_pa": _absolute,
        },
    ),
)
PIPE_JET: Final = (
    Registered(
        kinds=("pipeline",),
        within_m=PIPE_M,
        fits=_gas_pipe,
        tells={"gas": _gas, "pressure_pa": _absolute},
    ),
)


def _storage(facility: Facility) -> str | None:
    held = _substance(facility)
    if held is not None and held.cas in TOXIC_STORES:
        return TOXIC_STORES[held.cas]
    if held is None and _fuel(facility) is None:
        return None
    return "lpg" if _pressurised(facility) else "liquid"


RISK: Final = (
    Registered(
        kinds=("storage_tank",),
        within_m=TANK_M,
        tells={"storage": _storage, "mass_kg": _detail("inventory_kg")},
    ),
    Registered(
        kinds=("major_hazard_source",),
        within_m=TANK_M,
        tells={"mass_kg": _detail("quantity_t", 1000.0)},
    ),
)


def _held(facility: Facility) -> float | None:
    """Return the water or tailings behind a dam: what is there now, else what fits in."""
    value = facility.details.get("storage_m3") or facility.details.get("capacity_m3")
    return float(value) if value else None


def _same_content(facility: Facility, entered: Mapping[str, Any]) -> bool:
    return (facility.kind == "tailings_dam") == (entered.get("content") == "tailings")


DAM: Final = (
    Registered(
        kinds=("reservoir", "tailings_dam"),
        within_m=DAM_M,
        fits=_same_content,
        tells={"volume_m3": _held, "height_m": _detail("dam_height_m")},
    ),
)
CROWD: Final = (
    Registered(kinds=("crowded_place",), within_m=VENUE_M, tells={"people": _detail("people")}),
)
