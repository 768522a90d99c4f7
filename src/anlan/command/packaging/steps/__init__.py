"""The steps of a package, in the order in which they are computed.

Closures come before the units: units do not drive through what is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from anlan.command.packaging.steps.closures import closures_step
from anlan.command.packaging.steps.exposure import exposure_step
from anlan.command.packaging.steps.forecast import forecast_step
from anlan.command.packaging.steps.level import level_step, tasks_step
from anlan.command.packaging.steps.medical import hospitals_step
from anlan.command.packaging.steps.messages import report_step, warning_step
from anlan.command.packaging.steps.shelters import shelters_step
from anlan.command.packaging.steps.supplies import supplies_step
from anlan.command.packaging.steps.units import units_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.command.packaging.build import Build
    from anlan.command.packaging.contents import Part

__all__ = ["STEPS"]

STEPS: Final[tuple[tuple[str, Callable[[Build], Part]], ...]] = (
    ("forecast", forecast_step),
    ("exposure", exposure_step),
    ("level", level_step),
    ("closures", closures_step),
    ("tasks", tasks_step),
    ("units", units_step),
    ("hospitals", hospitals_step),
    ("shelters", shelters_step),
    ("supplies", supplies_step),
    ("warning", warning_step),
    ("report", report_step),
)
