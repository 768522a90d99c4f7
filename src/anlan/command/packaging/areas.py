"""What hazards share whose areas say it all: numbers for the plans, the draft of the warning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from anlan.command.packaging.contents import WarningContent
from anlan.command.packaging.places import divisions_touched
from anlan.forecast.types import Figure
from anlan.warn.rules.texts import compose_text, guidance_for
from anlan.warn.types import COLOURS

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.command.packaging.build import Build
    from anlan.forecast.types import Footprint

__all__ = ["AreaWarning", "area_metrics", "issuer_of", "reported_metrics"]

VALID_FOR: Final = timedelta(hours=6)
"""How long a warning stands unless renewed. Platform default."""

REPORTED: Final = {
    "deaths": ("deaths",),
    "dead_missing": ("deaths", "missing"),
    "serious_injuries": ("serious",),
    "injured": ("injured",),
    "trapped": ("trapped",),
    "evacuated": ("evacuated",),
}


def reported_metrics(build: Build) -> dict[str, Figure]:
    """Return what was reported, as the plans name it; what is unknown is left out."""
    figures, source = build.situation.figures, build.situation.figures_source
    found = {}
    for code, names in REPORTED.items():
        known = [value for name in names if (value := figures.get(name)) is not None]
        if known:
            found[code] = Figure(value=sum(known), unit="人", source=source)
    return found


def area_metrics(build: Build) -> dict[str, Figure]:
    """Return reported figures, sensitive sites in the danger area, people to move."""
    found = reported_metrics(build)
    inner = build.exposures.get(build.hazard.danger)
    if inner is not None:
        sure = sum(len(inner.facilities.get(k, ())) for k in build.hazard.sensitive)
        maybe = sum(len(inner.possible.get(k, ())) for k in build.hazard.sensitive)
        found["sensitive_sites"] = Figure(
            value=sure, unit="处", source="登记表", low=float(sure), high=float(sure + maybe)
        )
    if build.people_to_move is not None and build.people_to_move.value is not None:
        found["people_to_move"] = build.people_to_move
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaWarning:
    """Drafts the warning for the people around: colour by who lives in which area.

    The colour follows a platform default, not a standard: it is marked and a person decides.

    Parameters
    ----------
    hazard
        Name under which the guidance is kept.
    colours
        Area and colour, the gravest first; where nobody lives in any, the last colour.
    ground
        How the colour was found, in words.
    what
        Says what happens, from the build and the area that is warned.
    """

    hazard: str
    colours: tuple[tuple[str, str], ...]
    ground: str
    what: Callable[[Build, Footprint], str]

    def __call__(self, build: Build) -> WarningContent | None:
        """Return the draft; None where the forecast gave no area."""
        forecast = build.forecast
        if forecast is None or not forecast.footprints:
            return None
        situation = build.situation
        asked = (build.footprint(key) for key in build.hazard.avoid)
        zone = next((f for f in asked if f is not None), forecast.footprints[-1])
        colour = self._colour(build)
        areas = divisions_touched(build.city.districts, zone.envelope)
        names = [name for _code, name in areas]
        names = names or [situation.division_name or situation.place.name]
        onset, expires = situation.now, situation.now + VALID_FOR
        issuer, what = issuer_of(build), self.what(build, zone)
        text = compose_text(
            hazard=self.hazard,
            colour=colour,
            issuer=issuer,
            places=names,
            effective=onset,
            expires=expires,
            what=what,
        )
        return WarningContent(
            hazard=self.hazard,
            event_code=situation.event_code,
            colour=colour,
            colour_name=COLOURS[colour].name,
            issuer=issuer,
            what=what,
            headline=text.headline,
            text=text.description,
            instruction=text.instruction or guidance_for(self.hazard, colour).instruction,
            short=text.short,
            onset=onset,
            expires=expires,
            area_text="、".join(names),
            areas=areas,
            polygon=zone.envelope,
            reasons=self._reasons(build, colour),
        )

    def _colour(self, build: Build) -> str:
        for key, colour in self.colours:
            exposure = build.exposures.get(key)
            value = exposure.people.value if exposure else None
            if isinstance(value, int | float) and value > 0:
                return colour
        return self.colours[-1][1]

    def _reasons(self, build: Build, colour: str) -> tuple[str, ...]:
        held = "、".join(
            f"{e.label}内{e.people.value}人"
            for e in build.exposures.values()
            if isinstance(e.people.value, int | float)
        )
        name = COLOURS[colour].name
        return (
            f"建议{name}色：{held or '影响区内人数未知'}（平台默认：{self.ground}，待确认）",
            "预警颜色、事件等级、响应级别互不推定，由指挥员决定",
        )


def issuer_of(build: Build) -> str:
    """Return who issues: the emergency bureau of the division."""
    return (
        f"{build.situation.division_name}应急管理局"
        if build.situation.division_name
        else "应急管理局"
    )
