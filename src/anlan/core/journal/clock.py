"""Hybrid logical clock: close to wall time, never backwards, respects cause and effect.

Kulkarni et al. (2014), Logical Physical Clocks. Deadlines are never computed from the clock of
another node.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Clock", "local_event", "received_event"]


class Clock(NamedTuple):
    """Milliseconds since 1970 and a counter that breaks ties."""

    physical_ms: int
    logical: int


def local_event(last: Clock, wall_ms: int) -> Clock:
    """Return the clock of an event that happens here, after `last`."""
    if wall_ms > last.physical_ms:
        return Clock(wall_ms, 0)
    return Clock(last.physical_ms, last.logical + 1)


def received_event(last: Clock, message: Clock, wall_ms: int) -> Clock:
    """Return the clock after a message with the clock `message` has arrived."""
    physical = max(last.physical_ms, message.physical_ms, wall_ms)
    if physical == last.physical_ms == message.physical_ms:
        return Clock(physical, max(last.logical, message.logical) + 1)
    if physical == last.physical_ms:
        return Clock(physical, last.logical + 1)
    if physical == message.physical_ms:
        return Clock(physical, message.logical + 1)
    return Clock(physical, 0)
