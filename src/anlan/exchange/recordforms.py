"""Records as plain values: out for the API, and in through the same form that people fill in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from anlan.core.geometry import GeometryField
from anlan.core.records.forms import PointFormField, form_for
from anlan.core.records.tables import mask

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django import forms
    from django.db.models import Model

    from anlan.core.models import User
    from anlan.core.records.forms import RecordForm
    from anlan.core.records.types import RecordType

__all__ = ["filled_form", "row_as_dict"]


def row_as_dict(declared: RecordType, row: Any, account: User) -> dict[str, Any]:
    """Return a record by field name; what the account sees only in part is masked."""
    masked = declared.masked_for(account)
    values: dict[str, Any] = {}
    for field in declared.fields(for_api=True):
        value = getattr(row, field.attname)
        if isinstance(field, GeometryField):
            value = None if value is None else json.loads(shapely.to_geojson(value))
        elif isinstance(value, tuple):
            value = list(value)
        values[field.attname] = mask(str(value)) if field.name in masked and value else value
    return values


def filled_form(
    declared: RecordType,
    values: Mapping[str, Any],
    *,
    account: User,
    now: datetime,
    instance: Model | None = None,
) -> Model:
    """Return the record that the values make, checked as if a person had filled in the form.

    Raises
    ------
    ValidationError
        With the messages by field.
    """
    form_class = form_for(declared)
    blank = form_class(declared=declared, user=account, now=now, instance=instance)
    data = MultiValueDict[str, Any]()
    for name, field in blank.fields.items():
        attname = declared.field(name).attname
        _put(data, name, field, values.get(attname, _as_it_is(blank, name)))
    form = form_class(data, declared=declared, user=account, now=now, instance=instance)
    if not form.is_valid():
        raise ValidationError({name: list(map(str, said)) for name, said in form.errors.items()})
    return form.instance  # type: ignore[no-any-return]


def _as_it_is(form: RecordForm, name: str) -> Any:
    return form.get_initial_for_field(form.fields[name], name)


def _put(data: MultiValueDict[str, Any], name: str, field: forms.Field, value: Any) -> None:
    """Put a value where the form's widget looks for it."""
    if isinstance(field, PointFormField):
        point = _pair(value)
        if point is not None:
            data[f"{name}_lon"], data[f"{name}_lat"] = str(point[0]), str(point[1])
    elif isinstance(value, dict):
        data[name] = json.dumps(value)
    elif isinstance(value, (list, tuple)):
        data.setlist(name, [str(part) for part in value])
    elif isinstance(value, bool):
        data[name] = "on" if value else ""
    elif value is not None:
        data[name] = str(value)


def _pair(value: Any) -> tuple[float, float] | None:
    if isinstance(value, shapely.Point):
        return value.x, value.y
    if isinstance(value, dict) and len(value.get("coordinates", ())) == 2:
        return tuple(value["coordinates"])
    return None
