"""What is kept of a run: one JSON document, and its digest. Pages, bulletins and scores read it.

The document has these members::

    forecast   title, version, figures, footprints (GeoJSON), frames, series, tables, marks, rows,
               summary, uncertainty, would_change, assumptions, reasons, limits, shortfalls
    impact     zones, hits, over_time, shortfalls
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

__all__ = ["digest_of", "result_document"]


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
        del footprint["members"]
    return document  # dictionaries, lists and plain values: the database gives back the same


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document: two runs that agree to the last bit have the same.

    Runs are compared by forecast and ensemble. The impact is left out: the register may have
    changed since.
    """
    return hashlib.sha256(_canonical(document).encode()).hexdigest()


def _canonical(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
