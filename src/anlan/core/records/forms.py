"""The form of a record type, on Django's ModelForm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from shapely.geometry import Point

from anlan.core.choices import DivisionLevel
from anlan.core.geometry import GeometryField
from anlan.core.models import Division
from anlan.core.permissions import restrict
from anlan.core.records.checks import Checker
from anlan.core.records.registry import UnknownRecordTypeError, record_type_of

if TYPE_CHECKING:
    from datetime import datetime

    ModelChoiceField = forms.ModelChoiceField[Any]
    ModelForm = forms.ModelForm[Any]

    from anlan.core.models import User
    from anlan.core.records.types import RecordType
else:
    ModelChoiceField, ModelForm = forms.ModelChoiceField, forms.ModelForm

__all__ = ["PointFormField", "RecordForm", "form_for", "indented"]


class PointWidget(forms.MultiWidget):
    """Longitude and latitude, side by side."""

    def __init__(self, attrs: Any = None) -> None:
        number = {"step": "any", "inputmode": "decimal"}
        lon = forms.NumberInput({**number, "aria-label": _("经度"), "placeholder": _("经度 117.1")})
        lat = forms.NumberInput({**number, "aria-label": _("纬度"), "placeholder": _("纬度 36.6")})
        super().__init__({"lon": lon, "lat": lat}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Return the two numbers of a point."""
        return [round(value.x, 6), round(value.y, 6)] if isinstance(value, Point) else [None, None]


class PointFormField(forms.MultiValueField):
    """A point from two numbers."""

    widget = PointWidget

    def __init__(self, **options: Any) -> None:
        parts = (
            forms.FloatField(min_value=-180, max_value=180),
            forms.FloatField(min_value=-90, max_value=90),
        )
        super().__init__(parts, **options)

    def compress(self, data_list: list[Any]) -> Point | None:
        """Return the point, or None where both numbers are missing."""
        return Point(*data_list) if data_list else None


def indented(place: Division) -> str:
    """Return the name of a division, inset by its level: a flat list that reads as a tree."""
    inset = {DivisionLevel.TOWNSHIP: "　", DivisionLevel.VILLAGE: "　　"}
    return f"{inset.get(DivisionLevel(place.level), '')}{place.name}"


class DivisionField(ModelChoiceField):
    """A county or township of the account's own area, shown under the one it belongs to."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, inset below its county."""
        return indented(obj)


class RecordForm(ModelForm):
    """A form whose choices and checks depend on who fills it in, and when."""

    def __init__(
        self, *args: Any, declared: RecordType, user: User, now: datetime, **options: Any
    ) -> None:
        self.declared, self.user, self.now = declared, user, now
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if isinstance(field, DivisionField):
                field.queryset = self._divisions()
            elif isinstance(field, forms.ModelChoiceField):
                field.queryset = self._references(name, field)
        if self.instance.pk and (hidden := declared.masked_for(user)):
            for name in hidden & self.fields.keys():
                del self.fields[name]  # what an account may not read it does not overwrite

    def _divisions(self) -> models.QuerySet[Division]:
        action = self.declared.action("change")
        inside = restrict(Division.objects.all(), self.user, action, field="code")
        inside = inside.exclude(Q(level=DivisionLevel.VILLAGE) & ~Q(code=self.instance.division_id))
        return inside.only("code", "name", "level")

    def _references(self, name: str, field: ModelChoiceField) -> Any:
        chosen = Q(pk=getattr(self.instance, f"{name}_id", None))
        rows: Any = field.queryset
        try:
            target = record_type_of(rows.model)
        except UnknownRecordTypeError:
            return rows
        seen = restrict(rows, self.user, target.action("view")).values("pk")
        return rows.filter(chosen | Q(pk__in=seen)).only("pk", "name")

    def clean(self) -> dict[str, Any]:
        """Check what a row of a file is checked for, too."""
        cleaned = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if name in self.fields and name not in self.errors:
                setattr(self.instance, name, value)
        checker = Checker(self.declared, user=self.user, now=self.now)
        for name, message in checker.complaints(self.instance, but=frozenset(self.errors)):
            self.add_error(name if name in self.fields else NON_FIELD_ERRORS, message)
        return cleaned

    def add_error(self, field: Any, error: Any) -> None:
        """Say beside the message which value it is about."""
        super().add_error(field, error)
        if field in self.errors and isinstance(error, ValidationError) and field in self.data:
            value = self.data.get(field)
            said: Any = self.errors[field]
            if value and not any(value in text for text in said):
                last = str(said.pop())
                said.append(last.rstrip("。") + _("，填写的是“%(value)s”") % {"value": value})


def form_for(declared: RecordType) -> type[RecordForm]:
    """Return the form class of a record type."""
    made: Any = forms.modelform_factory(
        declared.model,
        form=RecordForm,
        fields=[field.name for field in declared.fields()],
        formfield_callback=_formfield,
    )
    return made  # type: ignore[no-any-return]


def _formfield(field: Any, **options: Any) -> Any:
    if isinstance(field, GeometryField):
        if field.geom_type == "Point":
            return PointFormField(label=field.verbose_name, required=not field.blank)
        return field.formfield(**options)
    if isinstance(field, models.ForeignKey) and field.related_model is Division:
        return field.formfield(form_class=DivisionField, empty_label=_("请选择"), **options)
    if isinstance(field, models.DateTimeField):
        return field.formfield(widget=_moment(), **options)
    if isinstance(field, models.DateField):
        return field.formfield(
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options
        )
    return field.formfield(**options)


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
