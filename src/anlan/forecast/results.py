"""What is kept of a run: one JSON document, and its digest. Pages, bulletins and scores read it.

The document has these members::

    forecast   title, version, figures, footprints (GeoJSON), frames, series, tables, marks, rows,
               summary, uncertainty, would_change, assumptions, reasons, limits, shortfalls
    impact     zones, hits, over_time, shortfalls, summary
    ensemble   members, draws, areas (GeoJSON by share), figures, people, series, influences; or null
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from anlan.forecast.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anlan.forecast.ensemble import Ensemble
    from anlan.forecast.impact import Impact
    from anlan.forecast.types import Forecast

__all__ = ["digest_of", "result_document", "widest"]


def result_document(
    forecast: Forecast, impact: Impact, ensemble: Ensemble | None
) -> dict[str, Any]:
    """Return the document that is kept of a run."""
    document: dict[str, Any] = {
        "forecast": plain(forecast),
        "impact": plain(impact),
        "ensemble": None if ensemble is None else plain(ensemble),
    }
    for footprint in document["forecast"]["footprints"]:
        del footprint["members"], footprint["present"]
    return document  # dictionaries, lists and plain values: the database gives back the same


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document: two runs that agree to the last bit have the same.

    Runs are compared by forecast and ensemble. The impact is left out: the register may have
    changed since.
    """
    return hashlib.sha256(_canonical(document).encode()).hexdigest()


def _canonical(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def widest(figure: Mapping[str, Any], drawn: object) -> dict[str, Any]:
    """Return a figure whose range holds that of the model, that of the ensemble, and the value.

    What the model varies by itself and what the ensemble draws are not the same inputs: either
    alone would pretend to know too much.
    """
    ends = [
        float(end)
        for row in (figure, drawn if isinstance(drawn, dict) else {})
        for end in (row.get("low"), row.get("high"))
        if end is not None
    ]
    value = figure.get("value")
    if len(ends) < 2 or isinstance(value, bool) or not isinstance(value, int | float):
        return dict(figure)
    return {**figure, "low": min(*ends, value), "high": max(*ends, value)}
