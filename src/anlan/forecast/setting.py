"""Where and when a model runs: everything it may ask for that nobody typed into its form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from anlan.forecast.districts import District
    from anlan.forecast.exposure import Facility, PeopleGrid
    from anlan.forecast.scenarios import Weather
    from anlan.forecast.types import Place

__all__ = ["RoadLines", "Setting"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadLines:
    """Roads as straight pieces, each direction once: ends in degrees, length in metres."""

    lon_from: NDArray[np.float64]
    lat_from: NDArray[np.float64]
    lon_to: NDArray[np.float64]
    lat_to: NDArray[np.float64]
    metres: NDArray[np.float64]
    source: str


def _untold(_share: float, _note: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The surroundings of a run. A model uses what it needs and says what it lacks.

    Parameters
    ----------
    place
        Where it happens.
    weather
        The weather there, with what was assumed about it.
    moment
        When it starts, with its time zone.
    seed
        For models that draw random numbers: the same seed gives the same result.
    districts, people, facilities, roads
        What the city pack and the register know.
    city
        Folder of the city pack, for models that read more of it (terrain, rivers).
    files
        Texts that were uploaded for this run, by the key of their field.
    member
        Whether this is one of many runs: only areas, figures and series are then looked at. A model
        leaves out what is drawn besides, and runs that would give a range of its own.
    first
        Whether a first answer is asked for, which the whole follows: a model may compute it on a
        coarser grid, with a rougher range or none, and says so.
    progress
        Told by a model that takes long: the share done, and a word; it may raise to stop.
    """

    place: Place
    weather: Weather
    moment: datetime
    seed: int = 1
    districts: tuple[District, ...] = ()
    people: PeopleGrid | None = None
    facilities: tuple[Facility, ...] = ()
    roads: RoadLines | None = None
    city: Path | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    member: bool = False
    first: bool = False
    progress: Callable[[float, str], None] = _untold
