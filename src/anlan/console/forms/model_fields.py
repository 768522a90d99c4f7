"""Form fields from what a model declares: the same titles, units, ranges and defaults everywhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.console.forms.numbers import NumberField
from anlan.forecast.fields import FILE, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anlan.forecast.fields import Field

__all__ = ["ModelFieldsForm", "form_field", "unit_label"]

SMALL_FILE = 5_000_000
"""Bytes of a text file that a run takes."""


class ModelFieldsForm(forms.Form):
    """The inputs of one model. Numbers are shown in the unit of the field and kept in SI."""

    def __init__(
        self, declared: Iterable[Field], *args: Any, known: Iterable[str] = (), **kwargs: Any
    ) -> None:
        """Make the form; `known` names the fields whose first value somebody had entered."""
        super().__init__(*args, **kwargs)
        self.declared = tuple(declared)
        self.known = frozenset(known)
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
        """Return what was entered, in SI.

        What was left empty is left out, and so is a default that stood in the form and was not
        changed: nobody entered it, and the result says so.
        """
        found: dict[str, Any] = {}
        for field in self.declared:
            value = self.cleaned_data.get(field.key)
            if field.kind == FILE or value in (None, ""):
                continue
            if isinstance(value, float):
                value = field.si(value)
            if field.key in self.known or not _is_default(field, value):
                found[field.key] = value
        return found

    def texts(self) -> dict[str, str]:
        """Return the texts of the uploaded files, by field."""
        return {
            field.key: self.cleaned_data[field.key]
            for field in self.declared
            if field.kind == FILE and self.cleaned_data.get(field.key)
        }


def form_field(field: Field) -> forms.Field:
    """Return the form field of one declared input, in the language of whoever reads it."""
    common: dict[str, Any] = {
        "label": lazy(unit_label, str)(field.title, field.unit),
        "required": field.required,
        "help_text": gettext_lazy(field.help),
    }
    if field.choices:
        words = [(value, gettext_lazy(title)) for value, title in field.choices.items()]
        if not field.required and field.default is None:
            words.insert(0, ("", gettext_lazy("不明")))
        return forms.ChoiceField(choices=words, **common)
    if field.kind == FILE:
        return forms.FileField(**common)
    if field.kind == TEXT:
        return forms.CharField(max_length=2000, **common)
    low, high = field.bounds
    return NumberField(min_value=low, max_value=high, unit=field.unit, **common)


def unit_label(title: str, unit: str) -> str:
    """Return what a field is called, with its unit."""
    words = {"title": _(title), "unit": _(unit)}
    return _("%(title)s（%(unit)s）") % words if unit else words["title"]


def _is_default(field: Field, value: float | str) -> bool:
    if isinstance(value, str) or not isinstance(field.default, int | float):
        return value == field.default
    return math.isclose(value, field.default, rel_tol=1e-6)
