"""Read runs of models, and repeat one from what was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.core.permissions import restrict
from anlan.forecast.models import ModelRun
from anlan.forecast.models_registry import parse_scenario, run_model
from anlan.forecast.scenarios import Weather
from anlan.forecast.selectors.setting import setting_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from anlan.core.models import User
    from anlan.forecast.types import Forecast

__all__ = ["repeated", "runs_visible_to"]


def runs_visible_to(user: User | AnonymousUser) -> QuerySet[ModelRun]:
    """Return the runs for places of the account's own division and below."""
    return restrict(ModelRun.objects.all(), user, "incident.view", field="division_id")


def repeated(run: ModelRun) -> Forecast:
    """Run the model again on the inputs that were kept.

    The same program version gives the same figures; another may not, and says its version.
    """
    weather = Weather.parse(run.weather)
    scenario = parse_scenario(run.scenario, temperature_c=weather.temperature_c)
    return run_model(scenario, setting_of(run, weather))
