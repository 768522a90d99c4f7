"""What the pages of a study show: what to fill in and where it comes from, a run as it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anlan.console.selectors.charts import Chart, chart_of
from anlan.core.records.registry import record_type
from anlan.forecast.models_registry import FAMILIES, MODELS, forecast_model, models_for
from anlan.forecast.results import widest
from anlan.forecast.selectors.known import known_at
from anlan.science.common.card import card

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anlan.command.models import Incident
    from anlan.forecast.model import ForecastModel
    from anlan.forecast.models import ModelRun
    from anlan.forecast.types import Place

__all__ = ["Family", "Offer", "Proof", "StudyPage", "drawn", "families", "offers", "study_page"]

DAY = 1440


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that stands in the form already, and where it comes from.

    `entered` tells that somebody entered it, `registered` that a record of the register says it.
    """

    value: Any
    origin: str
    entered: bool = False
    registered: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """Models of one kind of hazard."""

    title: str
    models: tuple[ForecastModel, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A model of the science behind a run: its version and how far it is proven."""

    key: str
    title: str
    version: str
    status: str
    published: int
    analytic: int
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """Facilities of one kind that a forecast reaches."""

    title: str
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class StudyPage:
    """A finished run, ready to be read."""

    forecast: Mapping[str, Any]
    figures: Mapping[str, Any]
    """Key figures; those that stand in a table already are left to it."""
    impact: Mapping[str, Any]
    ensemble: Mapping[str, Any] | None
    zones: tuple[Mapping[str, Any], ...]
    hits: tuple[Hits, ...]
    charts: tuple[Chart, ...]
    proofs: tuple[Proof, ...]


def families(event_code: str = "") -> tuple[tuple[ForecastModel, ...], tuple[Family, ...]]:
    """Return the models that fit an event, and all models by family."""
    groups = tuple(
        Family(_(title), found)
        for key, title in FAMILIES.items()
        if (found := tuple(m for m in MODELS.values() if m.family == key))
    )
    return models_for(event_code), groups


def offers(
    model: ForecastModel,
    incident: Incident | None,
    place: Place | None,
    now: datetime,
    *,
    before: ModelRun | None = None,
) -> dict[str, Offer]:
    """Return what the form shows first, each with its origin.

    What was entered of the run whose inputs are to be changed, else of the incident; else what the
    nearest fitting record of the register says; else the default of the model.
    """
    entered, origin = _entered_before(model, incident, before)
    new = before is None
    registered = known_at(model, entered, place, now) if place is not None and new else {}
    found: dict[str, Offer] = {}
    for field in model.fields:
        if field.key in entered:
            found[field.key] = Offer(field.words(entered[field.key]), origin, entered=True)
        elif field.key in registered:
            known = registered[field.key]
            found[field.key] = Offer(field.words(known.value), known.origin, registered=True)
        elif before is not None and field.key in before.files:
            found[field.key] = Offer(None, _("不另选就沿用上次上传的文件"))
        elif field.default is not None:
            found[field.key] = Offer(field.words(field.default), _(field.basis))
    return found


def _entered_before(
    model: ForecastModel, incident: Incident | None, before: ModelRun | None
) -> tuple[dict[str, Any], str]:
    """Return what people entered already of the inputs of a model, and where."""
    if before is not None:
        at = date_format(timezone.localtime(before.run_at), "m-d H:i")
        return _asked(model, before.scenario), _("%(at)s 那次研判的录入") % {"at": at}
    if incident is None:
        return {}, ""
    known = {**incident.details, **(incident.scenario or {})}
    if known.get("kind", model.kind) != model.kind:
        known = incident.details
    origin = _("事件 %(number)s 的录入") % {"number": incident.number}
    return _asked(model, known), origin


def _asked(model: ForecastModel, known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field.key: value
        for field in model.fields
        if isinstance(value := known.get(field.key), int | float | str) and value != ""
    }


def study_page(run: ModelRun) -> StudyPage:
    """Return a finished run as its page shows it."""
    document = run.result
    forecast, impact = document["forecast"], document["impact"]
    ensemble = document.get("ensemble")
    spread = {row["key"]: row for row in (ensemble or {}).get("series", ())}
    # A band of the model's own (what is usual) says more than the spread of the inputs.
    series = [row if row["low"] else spread.get(row["key"], row) for row in forecast["series"]]
    start = _start(run)
    return StudyPage(
        forecast=forecast,
        figures=_apart(forecast["figures"], forecast["tables"]),
        impact=impact,
        ensemble=ensemble,
        zones=tuple(_zones(forecast, impact, ensemble)),
        hits=tuple(_hits(impact["hits"])),
        charts=tuple(chart_of(one, start) for one in (*series, *impact["over_time"])),
        proofs=tuple(_proof(key) for key in _cards(run)),
    )


def _apart(
    figures: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Return the figures that no table of the page shows as "row: column" already."""
    shown = {
        f"{row[0]}：{column}": cell
        for table in tables
        for row in table["rows"]
        for column, cell in zip(table["columns"], row, strict=True)
        if isinstance(row[0], str)
    }
    return {title: figure for title, figure in figures.items() if shown.get(title) != figure}


def _start(run: ModelRun) -> datetime:
    """Return when the minutes of a run begin: its own time, for data that has one."""
    own = run.result["forecast"].get("starts_at")
    if own is None:
        return run.moment or run.run_at
    at = datetime.fromisoformat(own)
    return at if timezone.is_aware(at) else timezone.make_aware(at)


def _cards(run: ModelRun) -> tuple[str, ...]:
    return forecast_model(run.model).cards if run.model in MODELS else ()


def _zones(
    forecast: Mapping[str, Any], impact: Mapping[str, Any], ensemble: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Return each area with its people; the ensemble's range where there is one."""
    counted = {zone["key"]: zone for zone in impact["zones"]}
    ranges = (ensemble or {}).get("people", {})
    found = []
    for rank, footprint in enumerate(forecast["footprints"]):
        zone = counted.get(footprint["key"], {})
        night = zone.get("people_by_night")
        names = {
            record_type(kind).label: figure for kind, figure in zone.get("facilities", {}).items()
        }
        found.append(
            {
                "rank": min(rank, 5),
                "key": footprint["key"],
                "label": footprint["label"],
                "threshold": footprint["threshold"],
                "figures": footprint["figures"],
                "night": widest(night, ranges.get(footprint["key"])) if night else None,
                "day": zone.get("people_by_day"),
                "roads_km": zone.get("roads_km"),
                "facilities": names,
            }
        )
    return found


def _hits(rows: list[Mapping[str, Any]]) -> list[Hits]:
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        kinds.setdefault(row["kind"], []).append(row)
    return [Hits(record_type(kind).label, tuple(found)) for kind, found in kinds.items()]


def _proof(key: str) -> Proof:
    held = card(key)
    return Proof(
        key=key,
        title=held.title if (get_language() or "").startswith("en") else held.title_zh,
        version=str(held.version),
        status=str(held.validation),
        published=held.evidence.published,
        analytic=held.evidence.analytic,
        references=tuple(held.references),
    )


def drawn(run: ModelRun) -> dict[str, Any]:
    """Return what the map draws: areas, how they grow, probabilities, points; when each is."""
    document = run.result
    forecast = document["forecast"]
    start = timezone.localtime(_start(run))
    return {
        "place": [run.place["lon"], run.place["lat"]],
        "zones": [
            {key: f[key] for key in ("key", "area", "envelope")} | {"label": _(f["label"])}
            for f in forecast["footprints"]
        ],
        "frames": [
            {**frame, "words": _words(frame["minutes"], start)} for frame in forecast["frames"]
        ],
        "probabilities": [
            {**row, "label": _(row["label"])}
            for row in (document.get("ensemble") or {}).get("areas", [])
        ],
        "marks": forecast["marks"],
        "hits": [
            {k: hit[k] for k in ("name", "kind", "lon", "lat", "minutes", "sure")}
            for hit in document["impact"]["hits"]
        ],
    }


def _words(minutes: float, start: datetime) -> str:
    """Say when a frame is: how long after the start, and the time on the clock."""
    at = start + timedelta(minutes=minutes)
    if minutes < 2 * 60:
        after = _("%(n)s 分钟后") % {"n": f"{minutes:g}"}
    elif minutes < 2 * DAY:
        after = _("%(n)s 小时后") % {"n": f"{minutes / 60:.3g}"}
    else:
        after = _("%(n)s 天后") % {"n": f"{minutes / DAY:.3g}"}
    return f"{after} · {date_format(at, 'm-d H:i')}"
