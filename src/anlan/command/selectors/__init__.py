"""What this room knows, read for pages, APIs and the rooms above."""

from anlan.command.selectors.desk import ClockView, Desk, clocks_running, desk
from anlan.command.selectors.duplicates import duplicates_of, duplicates_of_report
from anlan.command.selectors.facts import facts_of
from anlan.command.selectors.places import division_at
from anlan.command.selectors.timeline import TimelineEntry, replay_frames, timeline

__all__ = [
    "ClockView",
    "Desk",
    "TimelineEntry",
    "clocks_running",
    "desk",
    "division_at",
    "duplicates_of",
    "duplicates_of_report",
    "facts_of",
    "replay_frames",
    "timeline",
]
