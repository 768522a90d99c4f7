"""What the register knows of the inputs of a model at a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.core.rules import code_range
from anlan.forecast.known import known_here
from anlan.forecast.selectors.facilities import DETAILS, facilities_between, pipes_between

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.forecast.known import Known
    from anlan.forecast.model import ForecastModel
    from anlan.forecast.types import Place

__all__ = ["known_at"]


def known_at(
    model: ForecastModel, entered: Mapping[str, Any], place: Place, now: datetime
) -> dict[str, Known]:
    """Return what the nearest fitting records say of the fields that nobody filled in.

    Only the city of the place is looked at, and of it only the kinds that the model asks for.
    """
    kinds = {kind for declared in model.registered for kind in declared.kinds}
    if not kinds or not place.division:
        return {}
    first, last = code_range(place.division[:4].ljust(12, "0"))
    facilities = facilities_between(first, last, now, kinds=sorted(kinds & set(DETAILS)))
    pipes = pipes_between(first, last) if "pipeline" in kinds else ()
    return known_here(model, entered, place, (*facilities, *pipes))
