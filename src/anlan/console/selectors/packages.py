"""What a package shows: its parts for the page, its areas and places for the map."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from anlan.command.choices import PartKind, PartStatus
from anlan.command.models import Package, PackagePart
from anlan.command.rules.package_changes import package_changes
from anlan.command.rules.scenario_changes import input_changes
from anlan.command.selectors.drawings import is_weather
from anlan.console.selectors.maps import OUTLINE_TOLERANCE_DEG, feature
from anlan.core.choices import Grade
from anlan.core.models import Division

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from anlan.command.rules.package_changes import PartChange
    from anlan.command.rules.scenario_changes import InputChange

__all__ = [
    "LegendEntry",
    "PartView",
    "VersionChanges",
    "changes_of_version",
    "edited_warning",
    "legend_of",
    "map_of_package",
    "parts_of",
]

POINTS = {
    "exposure": ("facilities", "facility"),
    "units": ("units", "unit"),
    "hospitals": ("hospitals", "hospital"),
    "shelters": ("shelters", "shelter"),
    "closures": ("points", "closure"),
}
"""Part, list of rows inside its content, and what the map calls them."""


ICONS = {
    "forecast": "wind",
    "exposure": "people",
    "level": "alarm",
    "tasks": "tasks",
    "units": "truck",
    "hospitals": "hospital",
    "shelters": "home",
    "supplies": "box",
    "closures": "barrier",
    "warning": "warn",
    "report": "doc",
}
EDITABLE = frozenset({"warning"})
"""Parts whose words a person may change here. The words of a report are changed in its draft."""


RANK_LAST = 2
"""Colours for areas of danger: the worst, the next, all others."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A swatch and its words."""

    swatch: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One part as the page shows it."""

    row: PackagePart
    content: Any
    template: str
    icon: str
    open: bool
    editable: bool
    in_force: int | None
    """The earlier version whose same part is approved and in force until this one is decided."""


def parts_of(package: Package) -> list[PartView]:
    """Return the parts in their order."""
    earlier = PackagePart.objects.filter(
        package__incident=package.incident_id,
        package__version__lt=package.version,
        status__in=(PartStatus.APPROVED, PartStatus.EDITED),
    )
    rows = earlier.order_by("package__version").values_list("kind", "package__version")
    approved = dict(rows)
    return [
        PartView(
            row=part,
            content=part.in_force,
            template=f"console/package/{part.kind}.html",
            icon=ICONS.get(part.kind, "doc"),
            open=part.status == "proposed",
            editable=part.kind in EDITABLE,
            in_force=approved.get(part.kind) if _undecided(part) else None,
        )
        for part in package.parts.select_related("decided_by")
    ]


def _undecided(part: PackagePart) -> bool:
    return part.status in {PartStatus.PROPOSED, PartStatus.REJECTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChanges:
    """What a version changes against the one before it: what was entered, what came out."""

    before: Package
    inputs: tuple[InputChange, ...]
    rows: tuple[tuple[str, PartChange], ...]
    """Name of the part, and what changed in it."""


def changes_of_version(package: Package) -> VersionChanges | None:
    """Return what a version changes; None for the first."""
    earlier = Package.objects.filter(incident=package.incident_id, version__lt=package.version)
    before = earlier.order_by("-version").first()
    if before is None:
        return None
    contents = [{part.kind: part.in_force for part in p.parts.all()} for p in (before, package)]
    names = dict(PartKind.choices)
    inputs = [{"scenario": p.scenario, "weather": p.weather} for p in (before, package)]
    return VersionChanges(
        before=before,
        inputs=input_changes(*inputs),
        rows=tuple((str(names[row.kind]), row) for row in package_changes(*contents)),
    )


def edited_warning(content: dict[str, Any], entered: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of the warning part with the colour and the words that were entered."""
    colour = entered.get("colour", "")
    words = {name: entered.get(name, "").strip() for name in ("what", "instruction")}
    name = str(Grade(colour).label) if colour in Grade.values else ""
    return {**content, **words, "colour": colour if name else "", "colour_name": name}


def map_of_package(package: Package | None) -> str:
    """Return the areas and places of a package as GeoJSON; empty without a package."""
    features: list[dict[str, Any]] = []
    for part in package.parts.all() if package else ():
        features += _features(part.kind, part.in_force)
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _features(kind: str, content: Any) -> Iterator[dict[str, Any]]:
    if kind == "forecast":
        yield from _signals(content.get("districts", ()))
        for isoline in content.get("isolines", ()):
            yield from _area(isoline["line"], {"kind": "isoline", "label": isoline["label"]})
        zones = content.get("zones", ())
        rank = 0
        for zone in zones:
            facts = {"label": zone.get("label", ""), "key": zone.get("key", "")}
            if is_weather(zone["key"]):
                yield from _area(zone.get("polygon"), {"kind": "weather", **facts})
                continue
            yield from _area(zone.get("envelope"), {"kind": "envelope", "rank": rank, **facts})
            yield from _area(zone.get("polygon"), {"kind": "zone", "rank": rank, **facts})
            rank += 1
    elif kind == "warning":
        yield from _area(content.get("polygon"), {"kind": "warning"})
    elif kind in POINTS:
        rows, name = POINTS[kind]
        for row in content.get(rows, ()):
            label = row.get("name") or row.get("text") or row.get("road") or ""
            yield {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
                "properties": {"kind": name, "label": label, "note": row.get("kind_name", "")},
            }


def legend_of(package: Package | None) -> list[LegendEntry]:
    """Return what the colours on the map of a package mean, from its forecast."""
    part = package.parts.filter(kind="forecast").first() if package else None
    content: Mapping[str, Any] = part.in_force if part else {}
    zones = [zone for zone in content.get("zones", ()) if zone.get("polygon")]
    dangers = [zone for zone in zones if not is_weather(zone["key"])]
    found = [
        LegendEntry(f"z{min(rank, RANK_LAST)}", zone["label"]) for rank, zone in enumerate(dangers)
    ]
    if dangers:
        found.append(LegendEntry("dashed", _("可能波及（考虑输入不确定）")))
    found += [LegendEntry("weather", zone["label"]) for zone in zones if is_weather(zone["key"])]
    signals = {
        row["colour"]: row["signal"] for row in content.get("districts", ()) if row["colour"]
    }
    found += [
        LegendEntry(colour, _("建议%(signal)s色") % {"signal": signals[colour]})
        for colour in Grade.values
        if colour in signals
    ]
    if content.get("isolines"):
        found.append(LegendEntry("field", _("期间最大风速等值线")))
    return found


def _signals(districts: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Draw the districts for which a signal is proposed, in its colour."""
    proposed = {row["code"]: row for row in districts if row.get("colour")}
    outlines = Division.objects.filter(code__in=proposed, boundary__isnull=False)
    for division in outlines:
        row = proposed[division.code]
        facts = {
            "kind": "signal",
            "colour": row["colour"],
            "label": f"{row['name']} {row['signal']}",
            "note": "；".join(row.get("reasons", ())),
        }
        outline = division.boundary.simplify(OUTLINE_TOLERANCE_DEG, preserve_topology=True)
        yield feature(outline, facts)


def _area(geometry: Any, properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if geometry:
        yield {"type": "Feature", "geometry": geometry, "properties": properties}
