"""Shapes of input and output of the API."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads it at run time
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints

__all__ = [
    "LARGEST_KEY",
    "FeatureGeometry",
    "IncidentOut",
    "Key",
    "Limit",
    "PointIn",
    "Problem",
    "Problems",
    "ReportIn",
    "ReportOut",
    "TaskOut",
]

LARGEST_KEY = 2**63 - 1
Limit = Annotated[int, Field(ge=1, le=1000)]
"""How many rows a page of a list holds."""
Key = Annotated[int, Field(ge=0, le=LARGEST_KEY)]
"""A key of a row, as the last one of the page before."""
Count = Annotated[int, Field(ge=0, le=100_000_000)]
Words = Annotated[str, StringConstraints(max_length=200)]


class FeatureGeometry(Schema):
    """A GeoJSON geometry in WGS 84."""

    type: str
    coordinates: list[Any]


class PointIn(Schema):
    """A GeoJSON point: longitude, latitude in degrees, WGS 84."""

    type: Literal["Point"]
    coordinates: tuple[
        Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)],
        Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)],
    ]


class Problem(Schema):
    """One thing that is wrong with an input."""

    field: str
    rule: str
    value: Any = None


class Problems(Schema):
    """Why a request was refused."""

    detail: str
    problems: list[Problem] = []


class ReportIn(Schema):
    """A report of an event. Empty figures mean unknown, not zero."""

    model_config = ConfigDict(extra="forbid")

    event_code: Annotated[str, StringConstraints(max_length=5)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=5000)]
    location: PointIn
    place: Words = ""
    occurred_at: datetime | None = None
    channel: Annotated[str, StringConstraints(max_length=10)] = "other"
    reporter_name: Annotated[str, StringConstraints(max_length=50)] = ""
    reporter_unit: Annotated[str, StringConstraints(max_length=100)] = ""
    reporter_phone: Annotated[str, StringConstraints(max_length=30)] = ""
    deaths: Count | None = None
    missing: Count | None = None
    serious: Count | None = None
    injured: Count | None = None
    trapped: Count | None = None
    details: dict[str, Any] = {}
    client_key: Annotated[str, StringConstraints(max_length=64)] = ""


class ReportOut(Schema):
    """A report as it is kept."""

    id: int
    lane: str
    status: str
    event_code: str
    text: str
    place: str
    division_id: str
    longitude: float = Field(alias="location.x")
    latitude: float = Field(alias="location.y")
    received_at: datetime
    occurred_at: datetime
    deaths: int | None
    missing: int | None
    serious: int | None
    injured: int | None
    trapped: int | None
    incident_id: int | None


class IncidentOut(Schema):
    """An incident: the grade is proposed until a person decides it."""

    id: int
    lane: str
    number: str
    title: str
    event_code: str
    status: str
    place: str
    division_id: str
    longitude: float = Field(alias="location.x")
    latitude: float = Field(alias="location.y")
    occurred_at: datetime
    reported_at: datetime
    grade: int | None
    grade_proposed: int | None
    response_level: int | None
    deaths: int | None
    missing: int | None
    serious: int | None
    injured: int | None
    trapped: int | None
    evacuated: int | None
    closed_at: datetime | None


class TaskOut(Schema):
    """A task of an incident."""

    id: int
    key: str
    title: str
    text: str
    owner_post: str
    owner_label: str
    basis: str
    due_at: datetime | None
    status: str
    receipt_required: bool
