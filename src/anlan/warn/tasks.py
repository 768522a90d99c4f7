"""Background work: warnings end when their time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from anlan.core.jobs.registry import every
from anlan.warn.services import warnings_expire

if TYPE_CHECKING:
    from anlan.core.jobs.registry import JobRun, Payload

__all__ = ["expire_warnings"]


@every(60, "warn.expire")
def expire_warnings(_payload: Payload, _run: JobRun) -> dict[str, int]:
    """End the issued messages whose time is over."""
    return {"expired": warnings_expire(now=timezone.now())}
