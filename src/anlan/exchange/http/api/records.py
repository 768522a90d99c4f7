"""Every record type, from its declaration: list, one, add, change, delete."""

# No `from __future__ import annotations`: ninja reads the annotations of the inner functions,
# whose types exist only inside `add`.

from datetime import date, datetime
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, create_model

from anlan.core.geometry import GeometryField
from anlan.core.permissions import require
from anlan.core.records.fields import CodesField
from anlan.core.records.registry import record_types
from anlan.core.records.selectors import records_visible_to
from anlan.core.records.services import record_change, record_create, record_delete
from anlan.core.records.types import RecordType
from anlan.exchange.http.api.access import caller
from anlan.exchange.http.api.schemas import LARGEST_KEY, FeatureGeometry, Key, Limit, Problems
from anlan.exchange.recordforms import filled_form, row_as_dict

__all__ = ["router"]

router = Router(tags=["records"])
PAGE = 100
REFUSALS = {403: Problems, 404: Problems, 409: Problems, 422: Problems}
PYTHON_TYPES: tuple[tuple[Any, Any], ...] = (
    (GeometryField, FeatureGeometry),
    (CodesField, list[str]),
    (models.BooleanField, bool),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.IntegerField, int),
    (models.FloatField, float),
)


class Entered(Schema):
    """A record as it comes in: a field that the type does not have is a mistake."""

    model_config = ConfigDict(extra="forbid")


def python_type(field: Any) -> Any:
    """Return the type under which a field travels; a reference travels as its key."""
    if isinstance(field, models.ForeignKey):
        return python_type(field.target_field)
    return next((kind for model, kind in PYTHON_TYPES if isinstance(field, model)), str)


def schema(declared: RecordType, name: str, *, for_api: bool) -> type[Schema]:
    """Return the shape of a record: everything may be absent, nothing unknown may be present."""
    fields: dict[str, Any] = {
        field.attname: (python_type(field) | None, None)
        for field in declared.fields(for_api=for_api)
    }
    base = Schema if for_api else Entered
    name = f"{declared.model.__name__}{name}"
    made: type[Schema] = create_model(name, __base__=base, __doc__=declared.label, **fields)
    return made


def add(declared: RecordType) -> None:
    """Add the addresses of one record type to the router."""
    key, label = declared.key, declared.label
    shown = schema(declared, "Out", for_api=True)

    @router.get(f"/{key}", response={200: list[shown], 403: Problems}, summary=f"{label}：列表")  # type: ignore[valid-type]
    def listed(
        request: HttpRequest,
        limit: Limit = PAGE,
        after: Key = 0,
    ) -> list[dict[str, Any]]:
        account = caller(request)
        require(account, declared.action("view"))
        rows = records_visible_to(declared, account).filter(pk__gt=after).order_by("pk")[:limit]
        return [row_as_dict(declared, row, account) for row in rows]

    @router.get(
        f"/{key}/{{int:pk}}",
        response={200: shown, 403: Problems, 404: Problems},
        summary=f"{label}：一条",
    )
    def one(request: HttpRequest, pk: int) -> dict[str, Any]:
        account = caller(request)
        require(account, declared.action("view"))
        row = get_object_or_404(records_visible_to(declared, account), pk=min(pk, LARGEST_KEY))
        return row_as_dict(declared, row, account)

    listed.__name__, one.__name__ = f"{key}_list", f"{key}_one"
    if not declared.read_only:
        add_writes(declared, shown)


def add_writes(declared: RecordType, shown: type[Schema]) -> None:
    """Add the addresses that change records of one type."""
    key, label = declared.key, declared.label
    entered = schema(declared, "In", for_api=False)

    @router.post(f"/{key}", response={201: shown, **REFUSALS}, summary=f"{label}：新增")
    def create(request: HttpRequest, data: entered) -> Status[Any]:  # type: ignore[valid-type]
        account, now = caller(request), timezone.now()
        require(account, declared.action("change"))
        row = filled_form(declared, data.dict(exclude_unset=True), account=account, now=now)  # type: ignore[attr-defined]
        made = record_create(declared=declared, row=row, by=account, now=now)
        return Status(201, row_as_dict(declared, made, account))

    @router.patch(f"/{key}/{{int:pk}}", response={200: shown, **REFUSALS}, summary=f"{label}：修改")
    def change(request: HttpRequest, pk: int, data: entered) -> dict[str, Any]:  # type: ignore[valid-type]
        account, now = caller(request), timezone.now()
        require(account, declared.action("change"))
        rows = records_visible_to(declared, account, "change")
        found = get_object_or_404(rows, pk=min(pk, LARGEST_KEY))
        row = filled_form(
            declared,
            data.dict(exclude_unset=True),  # type: ignore[attr-defined]
            account=account,
            now=now,
            instance=found,
        )
        record_change(declared=declared, row=row, by=account, now=now)
        return row_as_dict(declared, row, account)

    @router.delete(f"/{key}/{{int:pk}}", response={204: None, **REFUSALS}, summary=f"{label}：删除")
    def delete(request: HttpRequest, pk: int) -> Status[Any]:
        account = caller(request)
        require(account, declared.action("change"))
        rows = records_visible_to(declared, account, "change")
        row = get_object_or_404(rows, pk=min(pk, LARGEST_KEY))
        record_delete(declared=declared, row=row, by=account, now=timezone.now())
        return Status(204, None)

    create.__name__, change.__name__ = f"{key}_create", f"{key}_change"
    delete.__name__ = f"{key}_delete"


for record_type in record_types():
    add(record_type)
