"""Numbers typed into a form: a wrong one is refused with the rule and what was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from anlan.forecast.fields import number_rule

__all__ = ["NumberField", "WholeNumberField"]


class NumberField(forms.FloatField):
    """A number within `min_value` and `max_value`, in `unit`."""

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit = unit

    def clean(self, value: Any) -> Any:
        """Return the number, or say what it must be and what was typed instead."""
        try:
            return super().clean(value)
        except ValidationError as error:
            raise _refusal(self, value, error, unit=self.unit) from error


class WholeNumberField(forms.IntegerField):
    """A whole number within `min_value` and `max_value`."""

    def clean(self, value: Any) -> Any:
        """Return the number, or say what it must be and what was typed instead."""
        try:
            return super().clean(value)
        except ValidationError as error:
            raise _refusal(self, value, error) from error


def _refusal(field: Any, value: Any, error: ValidationError, *, unit: str = "") -> ValidationError:
    if value in field.empty_values:
        return error
    whole = not isinstance(field, forms.FloatField)
    words, parts = number_rule(field.min_value, field.max_value, _(unit), whole=whole)
    rule = _(words) % parts
    return ValidationError(_("应%(rule)s，收到 %(value)s") % {"rule": rule, "value": value})
