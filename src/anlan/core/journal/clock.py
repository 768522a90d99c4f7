"""Hybrid logical clock: close to wall time, never backwards, respects cause and effect.

Kulkarni et al. (2014), Logical Physical Clocks. Deadlines are never computed from the clock of
another node.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Clock", "local_event"]


class Clock(NamedTuple):
    """Milliseconds since 1970 and a counter that breaks ties."""

    physical_ms: int
    logical: int


def local_event(last: Clock, wall_ms: int) -> Clock:
    """Return the clock of an event that happens here, after `last`."""
    if wall_ms > last.physical_ms:
        return Clock(wall_ms, 0)
    return Clock(last.physical_ms, last.logical + 1)
