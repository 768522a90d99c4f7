"""Areas by distance around a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.forecast.shapes import disc
from anlan.forecast.types import Figure, Footprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anlan.forecast.types import Place

__all__ = ["distance_figure", "ring", "text_range"]


def distance_figure(likely: float, readings: Sequence[float], source: str) -> Figure:
    """Return a distance with the range over the readings of what is uncertain."""
    found = [round(likely), *(round(r) for r in readings)]
    return Figure(
        value=found[0], unit="m", source=source, low=float(min(found)), high=float(max(found))
    )


def ring(
    place: Place,
    *,
    key: str,
    label: str,
    threshold: Figure,
    likely: float,
    readings: Sequence[float],
    source: str,
    figures: Mapping[str, Figure] | None = None,
) -> Footprint:
    """Return the circle in which a threshold is met, with the range over the readings.

    Parameters
    ----------
    likely
        Radius with the entered values. [m]
    readings
        Radii with the uncertain inputs at their ends. [m]
    """
    radii = (*readings, likely)
    return Footprint(
        key=key,
        label=label,
        threshold=threshold,
        area=disc(place, likely),
        envelope=disc(place, max(radii)),
        figures={"距离": distance_figure(likely, readings, source), **(figures or {})},
        members=tuple(disc(place, radius) for radius in radii),
    )


def text_range(figure: Figure) -> str:
    """Say a figure with its range, for a summary: `120 m（90–160 m）`."""
    if figure.low is None or figure.high is None or figure.low == figure.high:
        return f"{figure.value:g} {figure.unit}"
    return f"{figure.value:g} {figure.unit}（{figure.low:g}–{figure.high:g} {figure.unit}）"
