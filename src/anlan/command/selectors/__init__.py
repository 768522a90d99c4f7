"""What this room knows, read for pages, APIs and the rooms above."""

from anlan.command.selectors.desk import ClockView, Desk, clocks_running, desk
from anlan.command.selectors.duplicates import duplicates_of, duplicates_of_report
from anlan.command.selectors.facts import facts_of
from anlan.command.selectors.places import division_at
from anlan.command.selectors.statistics import DutyStatistics, duty_statistics
from anlan.command.selectors.timeline import TimelineEntry, replay_frames, timeline

__all__ = [
    "ClockView",
    "Desk",
    "DutyStatistics",
    "TimelineEntry",
    "clocks_running",
    "desk",
    "division_at",
    "duplicates_of",
    "duplicates_of_report",
    "duty_statistics",
    "facts_of",
    "replay_frames",
    "timeline",
]
