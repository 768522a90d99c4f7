"""Forms of the report page made from what a model declares, for kinds without a form of their own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.console.forms.hazards import WeatherForm
from anlan.console.forms.model_fields import form_field
from anlan.forecast.fields import FILE
from anlan.forecast.models_registry import MODELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anlan.forecast.fields import Field

__all__ = ["ModelledForm", "form_of"]

ASKED: Final = 6
"""The main fields: more a duty officer does not fill in; the rest stands on the study page."""


class ModelledForm(WeatherForm):
    """The main inputs of a model, and the weather. Numbers in the unit shown, kept in SI."""

    declared: ClassVar[tuple[Field, ...]] = ()

    @classmethod
    def as_entered(
        cls, scenario: Mapping[str, Any], weather: Mapping[str, Any], *, places: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return what a person would have entered."""
        return {
            **super().as_entered(scenario, weather, places=places),
            **{f.key: f.words(v) for f in cls.declared if (v := scenario.get(f.key)) is not None},
        }

    def _scenario(self) -> dict[str, Any]:
        scenario: dict[str, Any] = {"kind": self.kind}
        for field in self.declared:
            value = self.cleaned_data[field.key]
            if value not in (None, ""):
                number = isinstance(value, float)
                scenario[field.key] = float(f"{value * field.scale:.12g}") if number else value
        return scenario


@cache
def form_of(kind: str) -> type[ModelledForm]:
    """Return the form of a model."""
    model = MODELS[kind]
    declared = tuple(f for f in model.fields if f.kind != FILE)[:ASKED]
    names = tuple(field.key for field in declared)
    members: dict[str, Any] = {
        "__doc__": model.about,
        "kind": model.kind,
        "title": _(model.title),
        "declared": declared,
        "scenario_fields": names,
        "field_order": names,
        **{field.key: _field(field) for field in declared},
    }
    return type(f"{model.kind.title().replace('_', '')}Form", (ModelledForm,), members)


def _field(declared: Field) -> forms.Field:
    """Return the field of one input; a choice that nobody makes stays unknown."""
    made = form_field(declared)
    # Who takes a call writes down what was said: what is missing is asked for later.
    made.required = declared.required and isinstance(made, forms.ChoiceField)
    if isinstance(made, forms.ChoiceField) and not declared.required:
        words = [(value, _(title)) for value, title in declared.choices.items()]
        made.choices = [("", _("不明")), *words]
    return made
