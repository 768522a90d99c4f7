"""What is particular to toxic releases: metrics of the plans, words of the warning."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from anlan.command.packaging.contents import WarningContent
from anlan.command.packaging.places import divisions_touched
from anlan.forecast.types import Assumption, Figure
from anlan.science.common.local import distance
from anlan.science.release.substances import find
from anlan.warn.rules.texts import compose_text, guidance_for
from anlan.warn.types import COLOURS

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build

__all__ = ["from_register", "metrics", "reported_metrics", "warning"]

HAZARD: Final = "危险化学品泄漏"
VALID_FOR: Final = timedelta(hours=6)
"""How long the warning stands unless renewed. Platform default."""

REPORTED: Final = {
    "deaths": ("deaths",),
    "dead_missing": ("deaths", "missing"),
    "serious_injuries": ("serious",),
    "injured": ("injured",),
    "trapped": ("trapped",),
    "evacuated": ("evacuated",),
}


NEAR_M: Final = 500.0
"""A tank of the same substance within this distance is taken as the source. Platform default."""

FROM_TANK: Final = {
    "inventory_kg": ("可泄漏量", " kg"),
    "pressure_pa": ("容器压力", " Pa"),
    "temperature_k": ("物料温度", " K"),
}


def from_register(build: Build) -> tuple[dict[str, Any], tuple[Assumption, ...]]:
    """Fill what nobody entered about a leak from the nearest registered tank of the substance."""
    entered = dict(build.situation.scenario)
    place = build.situation.place
    try:
        wanted = find(str(entered.get("substance", ""))).cas
    except ValueError:
        return entered, ()
    near = sorted(
        (float(distance(t.lon, t.lat, place.lon, place.lat)), t.id, t)
        for t in build.city.of_kind("storage_tank")
        if t.details.get("cas") == wanted
    )
    if not near or near[0][0] > NEAR_M:
        return entered, ()
    metres, _id, tank = near[0]
    basis = f"登记表：{tank.name}，距事发点{metres:.0f} m，请现场核实"
    assumed = []
    for name, (title, unit) in FROM_TANK.items():
        value = tank.details.get(name)
        if entered.get(name) in (None, "") and value:
            entered[name] = value
            assumed.append(
                Assumption(
                    field=f"scenario.{name}", title=title, value=value, unit=unit, basis=basis
                )
            )
    return entered, tuple(assumed)


def reported_metrics(build: Build) -> dict[str, Figure]:
    """Return what was reported, as the plans name it; what is unknown is left out."""
    figures, source = build.situation.figures, build.situation.figures_source
    found = {}
    for code, names in REPORTED.items():
        known = [value for name in names if (value := figures.get(name)) is not None]
        if known:
            found[code] = Figure(value=sum(known), unit="人", source=source)
    return found


def metrics(build: Build) -> dict[str, Figure]:
    """Return reported figures, people by zone, sensitive sites, people to move, mass."""
    found = reported_metrics(build)
    for level in (3, 2):
        exposure = build.exposures.get(f"aegl{level}")
        if exposure is not None and exposure.people.value is not None:
            found[f"people_aegl{level}"] = exposure.people
    inner = build.exposures.get(build.hazard.danger)
    if inner is not None:
        sure = sum(len(inner.facilities.get(k, ())) for k in build.hazard.sensitive)
        maybe = sum(len(inner.possible.get(k, ())) for k in build.hazard.sensitive)
        found["sensitive_sites"] = Figure(
            value=sure, unit="处", source="登记表", low=float(sure), high=float(sure + maybe)
        )
    if build.people_to_move is not None and build.people_to_move.value is not None:
        found["people_to_move"] = build.people_to_move
    rate = build.forecast.figures.get("泄漏速率") if build.forecast else None
    if rate is not None and isinstance(rate.value, int | float):
        inventory = getattr(build.scenario, "inventory_kg", None)
        mass = min(rate.value * 3600.0, inventory or float("inf")) / 1000.0
        found["release_mass_t"] = Figure(
            value=round(mass, 2), unit="t", source=f"{rate.source}，持续1小时", note="估算"
        )
    return found


def warning(build: Build) -> WarningContent | None:
    """Draft the warning for the people around: colour by who lies in which area.

    The colour follows a platform default, not a standard: it is marked and a person decides.
    """
    forecast = build.forecast
    if forecast is None or not forecast.footprints:
        return None
    colour = _colour(build)
    situation = build.situation
    zone = build.footprint(build.hazard.avoid[0]) or forecast.footprints[-1]
    areas = divisions_touched(build.city.districts, zone.envelope)
    names = [name for _code, name in areas] or [situation.division_name or situation.place.name]
    onset, expires = situation.now, situation.now + VALID_FOR
    substance = getattr(build.scenario, "substance", "有毒气体")
    reach = zone.figures.get("下风向距离")
    far = f"，下风向约{reach.high or reach.value:g}米内可能受影响" if reach else ""
    what = f"{situation.place.name or '事发地'}发生{substance}泄漏{far}"
    text = compose_text(
        hazard=HAZARD,
        colour=colour,
        issuer=issuer_of(build),
        places=names,
        effective=onset,
        expires=expires,
        what=what,
    )
    return WarningContent(
        hazard=HAZARD,
        event_code=situation.event_code,
        colour=colour,
        colour_name=COLOURS[colour].name,
        issuer=issuer_of(build),
        what=what,
        headline=text.headline,
        text=text.description,
        instruction=text.instruction or guidance_for(HAZARD, colour).instruction,
        short=text.short,
        onset=onset,
        expires=expires,
        area_text="、".join(names),
        areas=areas,
        polygon=zone.envelope,
        reasons=_colour_reasons(build, colour),
    )


def issuer_of(build: Build) -> str:
    """Return who issues: the emergency bureau of the division."""
    return (
        f"{build.situation.division_name}应急管理局"
        if build.situation.division_name
        else "应急管理局"
    )


def _colour(build: Build) -> str:
    for key, colour in (("aegl3", "red"), ("aegl2", "orange"), ("aegl1", "yellow")):
        exposure = build.exposures.get(key)
        value = exposure.people.value if exposure else None
        if isinstance(value, int | float) and value > 0:
            return colour
    return "yellow"


def _colour_reasons(build: Build, colour: str) -> tuple[str, ...]:
    name = COLOURS[colour].name
    held = "、".join(
        f"{e.label}内{e.people.value}人"
        for e in build.exposures.values()
        if isinstance(e.people.value, int | float)
    )
    return (
        f"建议{name}色：{held or '影响区内人数未知'}（平台默认：致命区有人为红，伤害区有人为橙，待确认）",
        "预警颜色、事件等级、响应级别互不推定，由指挥员决定",
    )
