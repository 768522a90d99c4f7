"""How moments, places and persons are written in reports and on the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from anlan.core.dictionaries import event_name

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.core.models import Division, User

__all__ = ["coordinates", "incident_title", "moment", "moment_with_year", "who"]


def moment(at: datetime) -> str:
    """Return a moment as reports write it, in local time: 3月1日10时08分."""
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日{local.hour}时{local.minute:02d}分"


def moment_with_year(at: datetime) -> str:
    """Return a moment with its year: 2026年3月1日10时08分."""
    return f"{timezone.localtime(at).year}年{moment(at)}"


def coordinates(longitude: float, latitude: float) -> str:
    """Return a position [degrees, WGS84] in words."""
    east = "东经" if longitude >= 0 else "西经"
    north = "北纬" if latitude >= 0 else "南纬"
    return f"{east}{abs(longitude):.4f}°，{north}{abs(latitude):.4f}°"


def incident_title(division: Division, place: str, code: str) -> str:
    """Return the title that an incident gets when nobody gives it one."""
    where = place if place.startswith(division.name) else f"{division.name}{place}"
    return f"{where}{event_name(code)}"[:200]


def who(user: User | None) -> str:
    """Return a person's name; what nobody did, the platform did."""
    return str(user) if user else "平台"
