"""Exercises: begin, enter, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.console.access import account, page
from anlan.console.forms.exercise import ExerciseForm
from anlan.drills.selectors import exercises_visible_to
from anlan.drills.services import ExerciseOver, exercise_end, exercise_start

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["end", "listing"]

SHOWN = 50


@page("exercise.create", methods=("GET", "HEAD", "POST"))
def listing(request: HttpRequest) -> HttpResponse:
    """List the exercises, and begin one."""
    form = ExerciseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = account(request)
        if user.division is None:
            raise Http404
        exercise = exercise_start(
            **form.cleaned_data, division=user.division, by=user, now=timezone.now()
        )
        messages.success(request, _("演练已开始。此后的接报和处置都在演练通道内。"))
        return redirect(f"{reverse('console:desk')}?lane={exercise.lane}")
    exercises = exercises_visible_to(request.user).select_related("led_by")[:SHOWN]
    return render(request, "console/exercises.html", {"exercises": exercises, "form": form})


@page("exercise.create", methods=("POST",))
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an exercise; its lane takes no more changes."""
    exercise = get_object_or_404(exercises_visible_to(request.user), pk=pk)
    try:
        review = request.POST.get("review", "")[:2000]
        exercise_end(
            exercise_id=exercise.pk, review=review, by=account(request), now=timezone.now()
        )
    except ExerciseOver as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("演练已结束。"))
    return redirect("console:exercises")
