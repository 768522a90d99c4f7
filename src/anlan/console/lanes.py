"""Which lane a page shows: reality, or the exercise named by `?lane=ex-1`.

The lane stands in the address, not in the session: a desk may have both open side by side, and a
form sends the lane it was opened in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404

from anlan.core.choices import ACTUAL
from anlan.drills.selectors import exercise_of_lane, lane_is_open

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest

    from anlan.core.models import User
    from anlan.drills.models import Exercise

__all__ = ["LaneView", "lane_of", "lane_view"]


@dataclass(frozen=True, slots=True)
class LaneView:
    """The lane of a page, as templates want it."""

    name: str
    exercise: Exercise | None

    @property
    def query(self) -> str:
        """Return what links append to stay in the lane."""
        return f"?lane={self.name}" if self.exercise else ""

    def context(self) -> dict[str, object]:
        """Return what `base.html` needs for the watermark and the menu."""
        return {"lane": self.name, "exercise": self.exercise, "lane_query": self.query}


def lane_view(lane: str, user: User | AnonymousUser) -> LaneView:
    """Return the view of a lane.

    Raises
    ------
    Http404
        If it is no lane, or one of an exercise that the account may not see.
    """
    if lane == ACTUAL:
        return LaneView(ACTUAL, None)
    exercise = exercise_of_lane(lane, user)
    if exercise is None:
        raise Http404("没有这个演练通道")
    return LaneView(lane, exercise)


def lane_of(request: HttpRequest) -> LaneView:
    """Return the lane that the address, or a form, names; reality if none.

    Raises
    ------
    PermissionDenied
        If a form would change the lane of an exercise that has ended.
    """
    named = request.POST.get("lane") or request.GET.get("lane") or ACTUAL
    view = lane_view(named, request.user)
    if request.method == "POST" and not lane_is_open(view.name):
        raise PermissionDenied("这次演练已结束，其内容只供回放，不能再更改")
    return view
