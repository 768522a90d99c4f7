"""The filters, the search and the order of a list, on django-filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as df
from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.core.choices import DivisionLevel
from anlan.core.geometry import GeometryField
from anlan.core.models import Division
from anlan.core.permissions import restrict
from anlan.core.records.fields import CodesField
from anlan.core.records.forms import indented
from anlan.core.records.registry import record_type_of
from anlan.core.rules import code_range

if TYPE_CHECKING:
    from anlan.core.records.types import RecordType

__all__ = ["RecordFilter", "filter_for", "searched", "sortable"]

YES_NO = [("1", _("是")), ("0", _("否"))]
ALL = _("全部")


def searched(rows: models.QuerySet[Any], declared: RecordType, text: str) -> models.QuerySet[Any]:
    """Return the rows in which every word of `text` is found."""
    for word in text.split()[:6]:
        found = Q()
        for name in declared.search:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    return rows


class DivisionChoice(df.fields.ModelChoiceField):  # type: ignore[misc]  # the library has no types
    """A division, inset below the one it belongs to."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name as the form shows it."""
        return indented(obj)


class DivisionFilter(df.ModelChoiceFilter):  # type: ignore[misc]  # the library has no types
    """Narrows to a division and all below it."""

    field_class = DivisionChoice


class RecordFilter(df.FilterSet):  # type: ignore[misc]  # the library has no types
    """What narrows a list: search, division, freshness, and the fields of the declaration."""

    declared: RecordType
    q = df.CharFilter(label=_("搜索"), method="search")

    def search(self, rows: models.QuerySet[Any], _name: str, text: str) -> models.QuerySet[Any]:
        """Return the rows in which every word of `text` is found."""
        return searched(rows, self.declared, text)

    def inside(
        self, rows: models.QuerySet[Any], _name: str, place: Division
    ) -> models.QuerySet[Any]:
        """Return the rows of a division and all below it."""
        first, last = code_range(place.code)
        return rows.filter(division_id__gte=first, division_id__lte=last)


def filter_for(declared: RecordType) -> type[RecordFilter]:
    """Return the filter class of a record type."""
    members: dict[str, Any] = {"declared": declared}
    if declared.has_division:
        members["division"] = DivisionFilter(
            label=_("行政区划"),
            queryset=_counties,
            to_field_name="code",
            method="inside",
            empty_label=ALL,
        )
    for name in declared.filters:
        members[name] = _filter_of(declared.field(name))
    members["Meta"] = type("Meta", (), {"model": declared.model, "fields": []})
    return type(f"{declared.model.__name__}Filter", (RecordFilter,), members)


def _counties(request: Any) -> models.QuerySet[Division]:
    levels = (DivisionLevel.CITY, DivisionLevel.COUNTY, DivisionLevel.TOWNSHIP)
    places = Division.objects.filter(level__in=levels).only("code", "name", "level")
    if request is None:
        return places.none()
    return restrict(places, request.user, "register.view", field="code")


def _filter_of(field: models.Field[Any, Any]) -> df.Filter:
    label = field.verbose_name
    if isinstance(field, CodesField):
        choices = list(field.labels().items())
        return df.ChoiceFilter(
            field_name=field.name, lookup_expr="has", choices=choices, label=label, empty_label=ALL
        )
    if isinstance(field, models.BooleanField):
        return df.ChoiceFilter(field_name=field.name, choices=YES_NO, label=label, empty_label=ALL)
    if field.choices:
        return df.ChoiceFilter(
            field_name=field.name, choices=field.flatchoices, label=label, empty_label=ALL
        )
    if isinstance(field, models.ForeignKey):
        return df.ModelChoiceFilter(
            field_name=field.name,
            queryset=lambda request, model=field.related_model: _reachable(model, request),
            label=label,
            empty_label=ALL,
        )
    return df.CharFilter(
        field_name=field.name, lookup_expr="icontains", label=label, widget=forms.TextInput
    )


def _reachable(model: type[models.Model], request: Any) -> models.QuerySet[Any]:
    rows = model._default_manager.only("pk", "name")
    if request is None:
        return rows.none()
    return restrict(rows, request.user, record_type_of(model).action("view"))


def sortable(declared: RecordType) -> tuple[str, ...]:
    """Return the fields by which a list can be put in order."""
    shown = ("name", "division", *declared.list_columns, "confirmed_at")
    known = {f.name: f for f in declared.model._meta.concrete_fields}
    return tuple(
        name
        for name in shown
        if name in known and not isinstance(known[name], (GeometryField, CodesField))
    )
