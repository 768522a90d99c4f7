"""Reports and incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status

from anlan.command.models import Incident, Report, Task
from anlan.command.rules.intake import ReportInput
from anlan.command.services import report_receive
from anlan.command.types import CASUALTY_FIELDS
from anlan.core.choices import ACTUAL
from anlan.core.permissions import require, restrict
from anlan.exchange.http.api.access import caller
from anlan.exchange.http.api.schemas import (
    LARGEST_KEY,
    IncidentOut,
    Key,
    Limit,
    Problems,
    ReportIn,
    ReportOut,
    TaskOut,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

__all__ = ["router"]

router = Router(tags=["command"])
PAGE = 200


@router.get("/reports", response=list[ReportOut])
def reports(
    request: HttpRequest,
    limit: Limit = PAGE,
    before: Key = LARGEST_KEY,
) -> QuerySet[Report]:
    """Return reports of reality, newest first; `before` is the last id of the page before."""
    rows = restrict(Report.objects.filter(lane=ACTUAL), caller(request), "incident.view")
    return rows.filter(pk__lt=before).order_by("-pk")[:limit]


@router.post("/reports", response={201: ReportOut, 403: Problems, 422: Problems})
def report_create(request: HttpRequest, entered: ReportIn) -> Status[Report]:
    """Take a report in. The same `client_key` a second time returns the first report."""
    account = caller(request)
    require(account, "report.create")
    longitude, latitude = entered.location.coordinates
    given = entered.dict(exclude={"location", *CASUALTY_FIELDS})
    figures = {name: getattr(entered, name) for name in CASUALTY_FIELDS}
    kept = ReportInput(longitude=longitude, latitude=latitude, figures=figures, **given)
    return Status(201, report_receive(entered=kept, by=account, now=timezone.now()))


@router.get("/incidents", response=list[IncidentOut])
def incidents(
    request: HttpRequest,
    limit: Limit = PAGE,
    before: Key = LARGEST_KEY,
) -> QuerySet[Incident]:
    """Return incidents of reality, newest first."""
    rows = restrict(Incident.objects.filter(lane=ACTUAL), caller(request), "incident.view")
    return rows.filter(pk__lt=before).order_by("-pk")[:limit]


def _incident(request: HttpRequest, pk: int) -> Incident:
    rows = restrict(Incident.objects.all(), caller(request), "incident.view")
    return get_object_or_404(rows, pk=min(pk, LARGEST_KEY))


@router.get("/incidents/{int:pk}", response={200: IncidentOut, 404: Problems})
def incident(request: HttpRequest, pk: int) -> Any:
    """Return one incident, of any lane."""
    return _incident(request, pk)


@router.get("/incidents/{int:pk}/tasks", response={200: list[TaskOut], 404: Problems})
def tasks(request: HttpRequest, pk: int) -> QuerySet[Task]:
    """Return the tasks of an incident in the order of their start."""
    return _incident(request, pk).tasks.all()
