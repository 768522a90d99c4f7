"""What is particular to a hazard: which area means what, and which numbers a plan may ask for.

The engine knows no hazard by name. A hazard is one row of `HAZARDS`: which scenario it belongs
to, which areas are dangerous, which people move, which specialty the injured need, how its
numbers become the metrics of the plans, and how its warning is worded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from anlan.command.packaging import fires, hazmat, natural, storm, warnings
from anlan.command.packaging.areas import area_metrics, reported_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anlan.command.packaging.build import Build
    from anlan.command.packaging.contents import WarningContent
    from anlan.forecast.types import Figure, Footprint
    from anlan.warn.types import Proposal

__all__ = ["HAZARDS", "NO_FORECAST", "Hazard", "hazard_of"]


def nothing_more(_build: Build) -> tuple[Footprint, ...]:
    """Return no area: the model gave all."""
    return ()


def no_colours(_build: Build) -> Mapping[str, Proposal]:
    """Return no colour: there is no table of signals for districts."""
    return {}


def no_warning(_build: Build) -> WarningContent | None:
    """Return no draft: there is nothing that this office warns of."""
    return None


SENSITIVE: Final = ("school", "hospital", "care_institution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One kind of hazard as the package sees it.

    Parameters
    ----------
    kind
        Kind of scenario, as in `anlan.forecast.models_registry.MODELS`; empty: no forecast.
    title
        Chinese name.
    danger
        Area that nobody enters unprotected: roads close at its envelope, units, hospitals and
        warehouses there are not used.
    moving
        Areas whose people move when the plan does not say.
    avoid
        The areas that shelters must not lie in, the widest first.
    worst, second
        Areas from which serious and minor casualties are to be expected.
    specialties
        What the injured need.
    sensitive
        Kinds of facility counted as sensitive sites.
    closes_roads
        Whether roads close at the edge of the danger area.
    extend
        Areas that follow from the register rather than from the model.
    metrics
        What the plans may ask about, from the build.
    colours
        The proposed colour of each district with its reasons, by code, once the forecast is there.
    warning
        The draft of the warning, from the build; None: nothing to warn of.
    """

    kind: str
    title: str
    danger: str = ""
    moving: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    worst: str = ""
    second: str = ""
    specialties: tuple[str, ...] = ("trauma",)
    sensitive: tuple[str, ...] = SENSITIVE
    closes_roads: bool = False
    extend: Callable[[Build], tuple[Footprint, ...]] = nothing_more
    metrics: Callable[[Build], Mapping[str, Figure]] = area_metrics
    colours: Callable[[Build], Mapping[str, Proposal]] = no_colours
    warning: Callable[[Build], WarningContent | None] = no_warning

    @property
    def named(self) -> frozenset[str]:
        """Return the areas whose facilities are named one by one; elsewhere they are counted."""
        return frozenset({self.danger, self.worst, self.second, *self.moving, *self.avoid})


NO_FORECAST: Final = Hazard(
    kind="",
    title="未建模的事件",
    metrics=reported_metrics,
)
"""For an event without a scenario: what can be said without a forecast."""


def _heat(kind: str, title: str) -> Hazard:
    """Return the row of a fire whose areas are levels of heat."""
    return Hazard(
        kind=kind,
        title=title,
        danger="heat_pain",
        moving=("heat_lethal", "heat_injury", "heat_pain"),
        avoid=("heat_caution", "heat_pain"),
        worst="heat_injury",
        second="heat_pain",
        specialties=("burn",),
        closes_roads=True,
        metrics=fires.heat_metrics,
        warning=warnings.HEAT,
    )


HAZARDS: Final[Mapping[str, Hazard]] = {
    hazard.kind: hazard
    for hazard in (
        Hazard(
            kind="gas_release",
            title="有毒气体泄漏",
            danger="aegl2",
            moving=("aegl3",),
            avoid=("aegl1",),
            worst="aegl3",
            second="aegl2",
            specialties=("toxicology",),
            closes_roads=True,
            metrics=hazmat.metrics,
            warning=hazmat.warning,
        ),
        Hazard(
            kind="flammable_cloud",
            title="可燃气体泄漏",
            danger="lfl_half",
            moving=("lfl", "lfl_half"),
            avoid=("lfl_half",),
            worst="lfl",
            second="lfl_half",
            specialties=("burn",),
            closes_roads=True,
            metrics=fires.heat_metrics,
            warning=warnings.GAS,
        ),
        Hazard(
            kind="gas_pipeline",
            title="燃气管道泄漏",
            danger="heat_pain",
            moving=("heat_injury", "heat_pain", "lfl"),
            avoid=("lfl_half", "heat_caution"),
            worst="heat_injury",
            second="heat_pain",
            specialties=("burn",),
            closes_roads=True,
            metrics=fires.heat_metrics,
            warning=warnings.GAS,
        ),
        Hazard(
            kind="explosion",
            title="爆炸",
            danger="blast_minor",
            moving=("blast_severe", "blast_minor"),
            avoid=("blast_glass",),
            worst="blast_severe",
            second="blast_minor",
            specialties=("burn", "trauma"),
            closes_roads=True,
            warning=warnings.BLAST,
        ),
        _heat("pool_fire", "池火"),
        _heat("fireball", "液化气罐火球"),
        _heat("jet_fire", "喷射火"),
        Hazard(
            kind="facility_risk",
            title="危险化学品设施个人风险",
            # Risk by the year, not an event: nobody moves and no road closes because of it.
        ),
        Hazard(
            kind="forest_fire",
            title="森林火灾",
            danger="burn_1h",
            moving=("burn_1h", "burn_3h"),
            avoid=("burn_6h", "burn_3h", "burn_1h"),
            worst="burn_1h",
            second="burn_3h",
            specialties=("burn",),
            closes_roads=True,
            metrics=fires.forest_metrics,
            warning=warnings.FOREST_FIRE,
        ),
        Hazard(
            kind="radiation",
            title="放射性物质释放",
            danger="rad_evacuate",
            moving=("rad_evacuate",),
            avoid=("rad_iodine", "rad_shelter"),
            worst="rad_evacuate",
            second="rad_shelter",
            specialties=("radiation",),
            closes_roads=True,
            metrics=fires.radiation_metrics,
            warning=warnings.RADIATION,
        ),
        Hazard(
            kind="typhoon",
            title="台风与暴雨",
            moving=("geohazard_point", "low_lying", "below_dam"),
            avoid=("low_lying", "geohazard_point", "below_dam"),
            extend=storm.danger_points,
            metrics=storm.metrics,
            colours=storm.worst_signals,
            warning=storm.warning,
        ),
        Hazard(
            kind="epidemic",
            title="传染病疫情",
            specialties=("infectious",),
            # By law only the health authority publishes on epidemics: no draft of a warning.
        ),
        Hazard(
            kind="earthquake",
            title="地震",
            moving=("intensity8",),
            avoid=("geohazard_point", "below_dam"),
            specialties=("trauma", "burn"),
            extend=natural.quake_points,
            metrics=natural.earthquake_metrics,
            warning=warnings.EARTHQUAKE,
        ),
        Hazard(
            kind="flood",
            title="暴雨内涝",
            danger="depth50",
            moving=("depth100", "depth50", "low_lying"),
            avoid=("depth15", "depth50", "low_lying"),
            closes_roads=True,
            extend=storm.danger_points,
            metrics=natural.flood_metrics,
            warning=warnings.FLOOD,
        ),
        Hazard(
            kind="dam_break",
            title="水库、尾矿库溃坝",
            danger="depth15",
            moving=("depth100", "depth50", "depth15"),
            avoid=("depth15",),
            closes_roads=True,
            warning=warnings.DAM_BREAK,
        ),
    )
}


def hazard_of(kind: str) -> Hazard:
    """Return the row of a kind of scenario; an unknown one has no forecast."""
    return HAZARDS.get(kind, NO_FORECAST)
