"""What a model of the platform declares: its inputs, its cards in the science, how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anlan.forecast.fields import read_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anlan.forecast.fields import Field
    from anlan.forecast.known import Registered
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Forecast

__all__ = ["ForecastModel"]


def _quick_already(_inputs: Any, _setting: Setting) -> None:
    """Return that the run itself is quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastModel:
    """A model of the platform.

    Parameters
    ----------
    kind
        Name in scenarios and runs.
    family
        One of `models_registry.FAMILIES`.
    title, about
        Chinese name, and one sentence on what it answers.
    cards
        The models of the science it stands on: version, limits, how far proven.
    fields
        Its inputs, in the order of the form.
    run
        Runs it; raises `ScenarioError` where the science refuses an input.
    reader
        Reads a scenario (mapping in SI, air temperature in °C) where the declaration of the fields
        is not enough; raises `ScenarioError`.
    event_codes
        Beginnings of the codes of the events it fits.
    registered
        Which facilities of the register fill fields that nobody filled in.
    uses_weather
        Whether the form asks for weather, and the ensemble draws the wind.
    members
        How many members an ensemble has unless somebody says otherwise.
    quick
        The inputs for a first answer within a second or so (`Setting.first`) while the run that was
        asked for takes longer; None where that run is quick already.
    seconds
        What one run usually takes at most on two cores; the package waits only for quick ones.
    """

    kind: str
    family: str
    title: str
    about: str
    cards: tuple[str, ...]
    fields: tuple[Field, ...]
    run: Callable[[Any, Setting], Forecast]
    reader: Callable[[Mapping[str, Any], float], Any] | None = None
    event_codes: tuple[str, ...] = ()
    registered: tuple[Registered, ...] = ()
    uses_weather: bool = False
    members: int = 40
    quick: Callable[[Any, Setting], Any | None] = _quick_already
    seconds: float = 1.0

    @property
    def may_vary(self) -> bool:
        """Whether an ensemble has anything to draw."""
        return self.uses_weather or any(field.spread is not None for field in self.fields)

    def parse(self, scenario: Mapping[str, Any], temperature_c: float = 25.0) -> Any:
        """Return the inputs of a scenario.

        Raises
        ------
        ScenarioError
            Naming the field, the rule and the value.
        """
        if self.reader is None:
            return read_fields(self.kind, self.fields, scenario)
        return self.reader(scenario, temperature_c)
