"""The task board, the orders that go out, and the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.command.choices import IncidentStatus
from anlan.command.models import Incident, OutboxMessage, Task
from anlan.command.services import order_send_all, task_advance, task_cancel
from anlan.command.types import ConflictError, RefusedError
from anlan.console.access import account, page
from anlan.console.answers import CONFLICT, page_of
from anlan.console.lanes import lane_of, lane_view
from anlan.console.selectors.board import board_of, card_of
from anlan.core.permissions import may, restrict
from anlan.core.rules import whole_number

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["advance", "board", "cancel", "card", "outbox", "send"]


def _tasks(request: HttpRequest) -> Any:
    rows = Task.objects.select_related("incident", "owner_unit").prefetch_related(
        "depends_on", "receipts"
    )
    return restrict(rows, request.user, "task.receive", field="incident__division_id")


def _board(
    request: HttpRequest, incident_id: int | None, status: int = 200, error: str = ""
) -> HttpResponse:
    incident = None
    if incident_id is not None:
        incidents = restrict(Incident.objects.all(), request.user, "task.receive")
        incident = get_object_or_404(incidents, pk=incident_id)
        lane = lane_view(incident.lane, request.user)
        tasks = _tasks(request).filter(incident=incident)
    else:
        lane = lane_of(request)
        tasks = _tasks(request).filter(lane=lane.name, incident__status=IncidentStatus.OPEN)
    context = lane.context() | {
        "incident": incident,
        "board": board_of(tasks, now=timezone.now()),
        "may_send": may(request.user, "order.send"),
        "may_receive": may(request.user, "task.receive"),
        "may_cancel": may(request.user, "incident.change"),
        "error": error,
    }
    return render(request, "console/tasks.html", context, status=status)


@page("task.receive")
def board(request: HttpRequest) -> HttpResponse:
    """Show the tasks of one incident, or of every open one in the lane."""
    return _board(request, whole_number(request.GET.get("incident", "")))


@page("task.receive")
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one card: a board of hundreds of tasks fetches only what changed."""
    task = get_object_or_404(_tasks(request), pk=pk)
    context = lane_view(task.lane, request.user).context() | {
        "task": card_of(task, now=timezone.now()),
        "incident": task.incident if request.GET.get("incident") else None,
        "may_receive": may(request.user, "task.receive"),
        "may_cancel": may(request.user, "incident.change"),
    }
    return render(request, "console/parts/task_card.html", context)


@page("task.receive", methods=("POST",))
def advance(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a receipt: the task moves one step on."""
    task = get_object_or_404(_tasks(request), pk=pk)
    try:
        task_advance(
            task_id=task.pk,
            to=request.POST.get("to", ""),
            note=request.POST.get("note", ""),
            by=account(request),
            now=timezone.now(),
        )
    except (ConflictError, RefusedError) as error:
        return _board(request, task.incident_id, CONFLICT, str(error))
    messages.success(request, _("回执已登记：%(title)s。") % {"title": task.title})
    return _back_to_board(request, task)


@page("incident.change", methods=("POST",))
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a task, with a reason; its unit and its stock are free again."""
    task = get_object_or_404(_tasks(request), pk=pk)
    try:
        task_cancel(
            task_id=task.pk,
            reason=request.POST.get("note", ""),
            by=account(request),
            now=timezone.now(),
        )
    except (ConflictError, RefusedError) as error:
        return _board(request, task.incident_id, CONFLICT, str(error))
    messages.success(request, _("任务已取消：%(title)s。") % {"title": task.title})
    return _back_to_board(request, task)


def _back_to_board(request: HttpRequest, task: Task) -> HttpResponse:
    """Return to the board the form came from: that of the incident, or of the lane."""
    asked = whole_number(request.POST.get("incident", ""))
    back = f"?incident={task.incident_id}" if asked else lane_view(task.lane, request.user).query
    return redirect(f"{reverse('console:tasks')}{back}#task-{task.pk}")


@page("order.send", methods=("POST",))
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Give out every task of the incident that is ready."""
    incidents = restrict(Incident.objects.all(), request.user, "incident.view")
    incident = get_object_or_404(incidents, pk=pk)
    try:
        sent = order_send_all(incident_id=incident.pk, by=account(request), now=timezone.now())
    except ConflictError as error:
        return _board(request, incident.pk, CONFLICT, str(error))
    if all(message.kept for message in sent):
        told = _("已下达。%(n)s 条消息只存入发件箱，没有外发，请电话通知对方。")
        messages.warning(request, told % {"n": len(sent)})
    else:
        messages.success(request, _("已下达，共 %(n)s 条消息进入发件箱。") % {"n": len(sent)})
    return redirect(f"{reverse('console:tasks')}?incident={incident.pk}")


@page("outbox.view")
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what went out, by which channel, and whether it arrived."""
    lane = lane_of(request)
    rows = restrict(
        OutboxMessage.objects.filter(lane=lane.name).select_related("incident"),
        request.user,
        "outbox.view",
        field="incident__division_id",
    )
    found = page_of(request, rows)
    return render(request, "console/outbox.html", lane.context() | {"page": found})
