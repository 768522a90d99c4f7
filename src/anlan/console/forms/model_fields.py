"""Form fields from what a model declares: the same titles, units, ranges and defaults everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from anlan.forecast.fields import FILE, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from anlan.forecast.fields import Field

__all__ = ["ModelFieldsForm", "form_field", "shown_values"]

SMALL_FILE = 5_000_000
"""Bytes of a text file that a run takes."""


class ModelFieldsForm(forms.Form):
    """The inputs of one model. Numbers are shown in the unit of the field and kept in SI."""

    def __init__(self, declared: Iterable[Field], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declared = tuple(declared)
        for field in self.declared:
            self.fields[field.key] = form_field(field)

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be read as text, naming the file."""
        for field in self.declared:
            upload = self.cleaned_data.get(field.key)
            if field.kind != FILE or upload is None:
                continue
            if upload.size > SMALL_FILE:
                size = SMALL_FILE // 1_000_000
                self.add_error(field.key, _("文件超过 %(size)s MB") % {"size": size})
                continue
            try:
                self.cleaned_data[field.key] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error(
                    field.key,
                    _("不是 UTF-8 文本文件：%(name)s；请另存为 UTF-8") % {"name": upload.name},
                )
        return self.cleaned_data

    def scenario(self) -> dict[str, Any]:
        """Return what was entered, in SI; what was left empty is left out."""
        found = {}
        for field in self.declared:
            value = self.cleaned_data.get(field.key)
            if field.kind == FILE or value in (None, ""):
                continue
            found[field.key] = value * field.scale if isinstance(value, float) else value
        return found

    def texts(self) -> dict[str, str]:
        """Return the texts of the uploaded files, by field."""
        return {
            field.key: self.cleaned_data[field.key]
            for field in self.declared
            if field.kind == FILE and self.cleaned_data.get(field.key)
        }


def form_field(field: Field) -> forms.Field:
    """Return the form field of one declared input."""
    label = f"{field.title}（{field.unit}）" if field.unit else field.title
    common: dict[str, Any] = {"label": label, "required": field.required, "help_text": field.help}
    if field.choices:
        words = [(value, title) for value, title in field.choices.items()]
        if not field.required and field.default is None:
            words.insert(0, ("", _("不明")))
        return forms.ChoiceField(choices=words, **common)
    if field.kind == FILE:
        return forms.FileField(**common)
    if field.kind == TEXT:
        return forms.CharField(max_length=2000, **common)
    return forms.FloatField(
        min_value=_bound(field, field.low), max_value=_bound(field, field.high), **common
    )


def _bound(field: Field, value: float) -> float | None:
    return None if abs(value) == float("inf") else field.shown(value)


def shown_values(declared: Iterable[Field], scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scenario as the form shows it: numbers in the unit of the field."""
    found: dict[str, Any] = {}
    for field in declared:
        value = scenario.get(field.key)
        if isinstance(value, int | float) and not isinstance(value, bool) and not field.choices:
            value = field.shown(float(value))
        if value not in (None, ""):
            found[field.key] = value
    return found
