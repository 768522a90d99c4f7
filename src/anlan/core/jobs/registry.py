"""What can run in the background. A room registers in its `tasks` module.

The rooms are asked when a job is first looked for, not at the start: their tasks stand on all the
science, and a short command should not wait for that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from django.utils.module_loading import autodiscover_modules

__all__ = ["JobRun", "Routine", "UnknownJob", "every", "job", "routine_of", "routines"]

Payload = Mapping[str, Any]


class JobRun(Protocol):
    """What a running job is given."""

    @property
    def attempt(self) -> int:
        """1 on the first try."""
        ...

    def progress(self, fraction: float, note: str = "") -> None:
        """Report how far the work is; raise JobStopped when it was cancelled or taken over."""
        ...


Function = Callable[[Payload, JobRun], Any]
Failed = Callable[[Payload], object]


@dataclass(frozen=True, slots=True)
class Routine:
    """A kind of job: its function, how often it runs by itself [s], what follows when it fails."""

    kind: str
    function: Function
    every_seconds: float = 0.0
    failed: Failed | None = None


_ROUTINES: dict[str, Routine] = {}


class UnknownJob(LookupError):
    """No routine of this kind is registered."""


def job(kind: str, *, failed: Failed | None = None) -> Callable[[Function], Function]:
    """Register a function `(payload, run) -> JSON-able result` under a kind, `<room>.<verb>`.

    `failed` ends what waits for the job, in the transaction that fails it: because the function
    raised, or because its workers died too often. Not for a job that was cancelled or taken over.
    """
    return _register(kind, 0.0, failed)


def every(seconds: float, kind: str) -> Callable[[Function], Function]:
    """Register a function that the workers also run by themselves, once in every period."""
    return _register(kind, seconds)


def _register(
    kind: str, seconds: float, failed: Failed | None = None
) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        known = _ROUTINES.get(kind)
        if known is not None and known.function is not function:
            raise ValueError(f"the job {kind!r} is registered twice")
        _ROUTINES[kind] = Routine(kind, function, seconds, failed)
        return function

    return register


def routine_of(kind: str) -> Routine:
    """Return the routine of a kind, or raise UnknownJob."""
    _ask_rooms()
    try:
        return _ROUTINES[kind]
    except KeyError:
        raise UnknownJob(f"no job is registered as {kind!r}") from None


def routines() -> tuple[Routine, ...]:
    """Return every routine."""
    _ask_rooms()
    return tuple(_ROUTINES.values())


@cache
def _ask_rooms() -> None:
    autodiscover_modules("tasks")
