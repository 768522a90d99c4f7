"""Step 1: what will happen, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from anlan.command.packaging.contents import District, ForecastContent, Part, Zone
from anlan.command.packaging.hazards import hazard_of
from anlan.forecast.daylight import sun_at
from anlan.forecast.known import assumed_from, known_here
from anlan.forecast.models_registry import MODELS, parse_scenario, run_model
from anlan.forecast.refusals import refusal_words
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.setting import Setting
from anlan.forecast.shapes import size_km2
from anlan.forecast.types import Figure

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.forecast.types import Assumption, Footprint, Forecast

__all__ = ["forecast_step"]


def forecast_step(build: Build) -> Part:
    """Run the model of the scenario; without one, or with a wrong field, say so and go on."""
    situation = build.situation
    if not situation.scenario:
        return _nothing(build, "没有录入情景参数，未做预测；请补充泄漏物质或台风路径后重新生成")
    build.hazard = hazard_of(str(situation.scenario.get("kind", "")))
    try:
        sun = sun_at(situation.place, situation.occurred_at, situation.now)
        build.weather = Weather.parse(situation.weather, sun=sun)
        entered, known = _entered(build)
        build.scenario = parse_scenario(entered, temperature_c=build.weather.temperature_c)
        build.forecast = run_model(build.scenario, _setting(build, build.weather))
    except ScenarioError as error:
        model = MODELS.get(str(situation.scenario.get("kind", "")))
        return _nothing(build, f"预测未完成：{refusal_words(model, error)}；请改正后重新生成")
    more = build.hazard.extend(build)
    forecast = replace(
        build.forecast,
        footprints=(*build.forecast.footprints, *more),
        assumptions=(*known, *build.forecast.assumptions),
    )
    build.forecast = forecast
    return Part(
        kind="forecast",
        content=_content(build, forecast),
        reasons=(
            f"模型：{forecast.source}",
            *forecast.reasons,
            *(assumption.text for assumption in forecast.assumptions),
        ),
        shortfalls=forecast.shortfalls,
    )


def _entered(build: Build) -> tuple[dict[str, Any], tuple[Assumption, ...]]:
    """Return the scenario with what the register knows of what nobody entered, and what that is."""
    entered = dict(build.situation.scenario)
    model = MODELS.get(str(entered.get("kind", "")))
    if model is None:
        return entered, ()
    city = build.city
    known = known_here(model, entered, build.situation.place, (*city.facilities, *city.pipes))
    build.origins = {key: one.origin for key, one in known.items()}
    entered |= {key: one.value for key, one in known.items()}
    return entered, assumed_from(model, entered, build.origins)


def _setting(build: Build, weather: Weather) -> Setting:
    situation = build.situation
    return Setting(
        place=situation.place,
        weather=weather,
        moment=situation.occurred_at,
        districts=build.city.districts,
        people=build.city.people,
        facilities=build.city.facilities,
        roads=build.city.roads,
        city=build.city.path,
    )


def _content(build: Build, forecast: Forecast) -> ForecastContent:
    place = build.situation.place
    return ForecastContent(
        model=forecast.model,
        version=forecast.version,
        title=forecast.title,
        lon=place.lon,
        lat=place.lat,
        zones=tuple(_zone(f, forecast) for f in forecast.footprints),
        figures=dict(forecast.figures),
        districts=_districts(build, forecast),
        isolines=forecast.isolines,
        assumptions=forecast.assumptions,
        limits=forecast.limits,
    )


def _districts(build: Build, forecast: Forecast) -> tuple[District, ...]:
    """Return what is forecast by district, with the colour that the table of signals proposes."""
    worst = build.hazard.colours(build)
    rows = []
    for row in forecast.rows:
        proposal = worst.get(row["code"])
        colour = proposal.colour if proposal else None
        rows.append(
            District(
                **row,
                signal=f"{proposal.hazard}{colour.name}" if proposal and colour else "",
                colour=colour.code if colour else "",
                reasons=proposal.reasons if proposal else (),
            )
        )
    return tuple(rows)


def _zone(footprint: Footprint, forecast: Forecast) -> Zone:
    sizes = [size_km2(a) for a in (footprint.area, *footprint.members)]
    return Zone(
        key=footprint.key,
        label=footprint.label,
        threshold=footprint.threshold,
        area_km2=Figure(
            value=round(sizes[0], 3),
            unit="km²",
            source=forecast.source,
            low=round(min(sizes), 3),
            high=round(max(sizes), 3),
        ),
        figures=dict(footprint.figures),
        polygon=footprint.area,
        envelope=footprint.envelope,
    )


def _nothing(build: Build, why: str) -> Part:
    place = build.situation.place
    content = ForecastContent(
        model="", version="", title="", lon=place.lon, lat=place.lat, zones=(), figures={}
    )
    return Part(kind="forecast", content=content, shortfalls=(why,))
