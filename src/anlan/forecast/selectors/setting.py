"""The surroundings of a run, from the city pack and the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from anlan.core.rules import code_range
from anlan.forecast.selectors.city import city_surroundings
from anlan.forecast.selectors.facilities import facilities_between
from anlan.forecast.setting import Setting
from anlan.forecast.types import Place

if TYPE_CHECKING:
    from anlan.forecast.models import ModelRun
    from anlan.forecast.scenarios import Weather

__all__ = ["setting_of"]


def setting_of(run: ModelRun, weather: Weather) -> Setting:
    """Return everything that a model may ask of the place of a run."""
    around = city_surroundings(settings.ANLAN_CITY)
    place = Place(**run.place)
    moment = run.moment or run.run_at
    first, last = code_range(place.division[:4].ljust(12, "0") if place.division else "0" * 12)
    return Setting(
        place=place,
        weather=weather,
        moment=moment,
        seed=run.seed or 1,
        districts=around.districts,
        people=around.people,
        facilities=facilities_between(first, last, moment),
        roads=around.roads,
        city=settings.ANLAN_CITY,
        files=run.files,
    )
