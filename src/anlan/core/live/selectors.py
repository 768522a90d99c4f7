"""Reading the intake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.core.live.models import IntakeReport, IntakeState

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["pending_reports"]


def pending_reports() -> QuerySet[IntakeReport]:
    """Return the public reports that nobody has taken, oldest first.

    Restrict by division with `core.permissions.restrict(..., field="division")`.
    """
    return IntakeReport.objects.filter(state=IntakeState.NEW)
