"""A warning as data: a CAP 1.2 message, a proposed signal, the words for the public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.core.dictionaries import Row

__all__ = [
    "COLOURS",
    "CapAlert",
    "CapArea",
    "CapCircle",
    "CapInfo",
    "CapReference",
    "CapResource",
    "Colour",
    "Guidance",
    "LatLon",
    "Problem",
    "Proposal",
    "WarningText",
]

LatLon = tuple[float, float]
"""Latitude first, as CAP writes it, in degrees on WGS84."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """A warning colour: worst is level 1."""

    code: str
    name: str
    level: int
    severity: str
    severity_cn: str


COLOURS: Final[Mapping[str, Colour]] = {
    row[0]: Colour(code=row[0], name=row[1], level=row[2], severity=row[3], severity_cn=row[4])
    for row in (
        ("red", "红", 1, "Extreme", "Red"),
        ("orange", "橙", 2, "Severe", "Orange"),
        ("yellow", "黄", 3, "Moderate", "Yellow"),
        ("blue", "蓝", 4, "Minor", "Blue"),
    )
}
"""Colours by code, worst first, with the words of CAP 1.2 and of the Chinese format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a message."""

    key: str
    rule: str
    value: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}（{self.rule}；现值 {self.value}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapCircle:
    """A circle. The radius is held in metres; CAP 1.2 writes kilometres, the Chinese format metres."""

    centre: LatLon
    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CapArea:
    """Where. Each polygon is its outer ring, closed."""

    description: str
    polygons: tuple[tuple[LatLon, ...], ...] = ()
    circles: tuple[CapCircle, ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()
    altitude_ft: float | None = None
    ceiling_ft: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapResource:
    """A file beside the message."""

    description: str
    mime_type: str
    uri: str = ""
    size: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapInfo:
    """What, how bad, how sure, when, and what to do, in one language."""

    event: str
    urgency: str
    severity: str
    certainty: str
    categories: tuple[str, ...]
    language: str = "zh-CN"
    response_types: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[tuple[str, str], ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    resources: tuple[CapResource, ...] = ()
    areas: tuple[CapArea, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CapReference:
    """An earlier message: CAP names it by sender, identifier and time."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CapAlert:
    """A CAP 1.2 message."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: str
    scope: str = "Public"
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[CapReference, ...] = ()
    incidents: str = ""
    infos: tuple[CapInfo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A colour that the table of signals proposes, with the rows that fired."""

    hazard: str
    colour: Colour | None
    reasons: tuple[str, ...]
    shortfalls: tuple[str, ...]
    rows: tuple[Row, ...]
    to_confirm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What people should do, by hazard and colour."""

    hazard: str
    colour: str
    response_types: tuple[str, ...]
    instruction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningText:
    """The words of a warning: each part within its length."""

    headline: str
    description: str
    instruction: str
    short: str
