"""Which form a kind of event gets: one written for it, else one made from the model that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _

from anlan.command.packaging.hazards import HAZARDS
from anlan.console.forms.hazards import GasReleaseForm, HazardForm, TyphoonForm, WeatherForm
from anlan.console.forms.modelled import form_of
from anlan.forecast.models_registry import MODELS, models_for

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["correction_form_for", "hazard_form_for", "kinds_for"]

WRITTEN: Final[Mapping[str, type[HazardForm]]] = {
    form.kind: form for form in (GasReleaseForm, TyphoonForm)
}
"""Kinds of scenario with a form written for them."""

FIRST: Final = {
    "12A04": "gas_release",
    "12A10": "gas_release",
    "12B09": "gas_release",
    "11B01": "typhoon",
}
"""Kinds of event whose scenario is not the one that fits closest by code."""

NONE: Final = "none"
"""Chosen where nobody wants a forecast: weather only."""


def kinds_for(code: str) -> dict[str, str]:
    """Return the kinds of scenario offered for an event with their names, the usual one first.

    Only those that the package knows are offered; empty where none fits.
    """
    fits = [model.kind for model in models_for(code) if model.kind in HAZARDS]
    first = [FIRST[code]] if code in FIRST else []
    return {kind: _(MODELS[kind].title) for kind in dict.fromkeys([*first, *fits])}


def hazard_form_for(
    code: str,
    data: Mapping[str, Any] | None = None,
    *,
    places: Mapping[str, str],
    kind: str = "",
) -> HazardForm:
    """Return the form of a kind of event.

    `places` are the codes of districts by their names; `kind` is the chosen scenario, else it is
    read from the data, else the usual one.
    """
    chosen = kind or str((data or {}).get("hazard-kind", ""))
    offered = kinds_for(code)
    form = _form_class(code, chosen)(data, prefix="hazard", places=places)
    if offered:
        shown = form.kind or NONE
        form.kinds = [
            (value, title, value == shown)
            for value, title in {**offered, NONE: _("只填天气，不做预测")}.items()
        ]
    return form


def correction_form_for(
    code: str,
    scenario: Mapping[str, Any],
    weather: Mapping[str, Any],
    data: Mapping[str, Any] | None = None,
    *,
    places: Mapping[str, str],
) -> HazardForm:
    """Return the form of the scenario as it is assumed now, filled in."""
    kind = _form_class(code, str(scenario.get("kind", "")))
    before = kind.as_entered(scenario, weather, places=places)
    form = kind(data, prefix="hazard", initial=before, places=places)
    for name in ("wind_from_deg", "cloud_octas", "track"):
        field, given = form.fields.get(name), before.get(name)
        # A wind of 230° came from a station, a track from a file: saving must not lose them.
        if isinstance(field, forms.ChoiceField) and given and not field.valid_value(given):
            field.choices = [*field.choices, (given, given)]  # type: ignore[misc]
    return form


def _form_class(code: str, kind: str) -> type[HazardForm]:
    """Return the form of a chosen kind, of the usual one where it is not offered."""
    offered = kinds_for(code)
    if kind == NONE or not offered:
        return WeatherForm
    kind = kind if kind in offered else next(iter(offered))
    return WRITTEN.get(kind) or form_of(kind)
