"""Plans: which there are, and each on one sheet (一张纸预案)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from anlan.console.access import page
from anlan.core.rules import whole_number
from anlan.plans.rules import one_page
from anlan.plans.selectors import plan_content, plans_visible_to

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["listing", "sheet"]


@page("plan.view")
def listing(request: HttpRequest) -> HttpResponse:
    """List the versions of plans that the account may see."""
    return render(request, "console/plans.html", {"plans": plans_visible_to(request.user)})


@page("plan.view")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a plan on one sheet, whole or for one level."""
    version = get_object_or_404(plans_visible_to(request.user), pk=pk)
    plan = plan_content(version)
    asked = request.GET.get("level", "")
    level = whole_number(asked)
    if level is not None and level not in {known.level for known in plan.levels}:
        raise Http404
    context = {"version": version, "plan": plan, "sheet": one_page(plan, level), "level": level}
    return render(request, "console/plan.html", context)
