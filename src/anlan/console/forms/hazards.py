"""Fields that a kind of event asks for besides: they become the scenario and the weather.

What is left empty stays empty: the forecast reads it cautiously and says what it assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HazardForm", "correction_form_for", "hazard_form_for"]

DIRECTIONS = (
    ("", _("不明")),
    ("0", _("北风")),
    ("22.5", _("北东北风")),
    ("45", _("东北风")),
    ("67.5", _("东东北风")),
    ("90", _("东风")),
    ("112.5", _("东东南风")),
    ("135", _("东南风")),
    ("157.5", _("南东南风")),
    ("180", _("南风")),
    ("202.5", _("南西南风")),
    ("225", _("西南风")),
    ("247.5", _("西西南风")),
    ("270", _("西风")),
    ("292.5", _("西西北风")),
    ("315", _("西北风")),
    ("337.5", _("北西北风")),
)
YES_NO = (("", _("不明")), ("1", _("白天")), ("0", _("夜间")))
SKY = (("", _("不明")), ("0", _("晴")), ("4", _("多云")), ("8", _("阴")))
MM_PER_M, KG_PER_T = 1000.0, 1000.0
ENTERED_WEATHER = ("wind_speed", "wind_from_deg", "temperature_c", "cloud_octas", "is_day")
OBSERVED = ("source", "observed_at")


class HazardForm(forms.Form):
    """Weather, which every kind may use."""

    kind: ClassVar[str] = ""
    title: ClassVar[Any] = _("现场天气")
    scenario_fields: ClassVar[tuple[str, ...]] = ()
    """What this form says about the scenario; anything else in it stays as it is."""

    wind_speed = forms.FloatField(label=_("风速（m/s）"), min_value=0, max_value=60, required=False)
    wind_from_deg = forms.ChoiceField(label=_("风向（来向）"), choices=DIRECTIONS, required=False)
    temperature_c = forms.FloatField(
        label=_("气温（℃）"), min_value=-50, max_value=60, required=False
    )
    cloud_octas = forms.ChoiceField(label=_("天空"), choices=SKY, required=False)
    is_day = forms.ChoiceField(label=_("昼夜"), choices=YES_NO, required=False)

    def details(self) -> dict[str, Any]:
        """Return `scenario` and `weather` as the forecast reads them; empty fields left out."""
        found: dict[str, Any] = {}
        if weather := self._weather():
            found["weather"] = weather
        if scenario := self._scenario():
            found["scenario"] = scenario
        return found

    @classmethod
    def as_entered(cls, scenario: Mapping[str, Any], weather: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a person would have entered to get this scenario and this weather."""
        del scenario
        day = weather.get("is_day")
        return {
            **{name: weather.get(name) for name in ("wind_speed", "temperature_c")},
            **{name: _choice(weather.get(name)) for name in ("wind_from_deg", "cloud_octas")},
            "is_day": "" if day is None else str(int(day)),
        }

    def corrected(
        self, scenario: Mapping[str, Any], weather: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return scenario and weather with what was entered; what the form does not ask stays.

        Who measured the weather and when was said of the old values: it does not stay.
        """
        found = self.details()
        stays = {k: v for k, v in weather.items() if k not in ENTERED_WEATHER}
        new_weather = {**stays, **found.get("weather", {})}
        asked = {k: v for k, v in weather.items() if k in ENTERED_WEATHER}
        if new_weather != {**stays, **asked}:
            new_weather = {k: v for k, v in new_weather.items() if k not in OBSERVED}
        if not self.kind:
            return dict(scenario), new_weather
        kept = {k: v for k, v in scenario.items() if k not in self.scenario_fields}
        same_kind = scenario.get("kind") in (None, self.kind)
        return {**(kept if same_kind else {}), **found.get("scenario", {})}, new_weather

    def _weather(self) -> dict[str, Any]:
        data = self.cleaned_data
        weather: dict[str, Any] = {
            name: data[name] for name in ("wind_speed", "temperature_c") if data[name] is not None
        }
        for name in ("wind_from_deg", "cloud_octas"):
            if data[name]:
                weather[name] = float(data[name])
        if data["is_day"]:
            weather["is_day"] = data["is_day"] == "1"
        return weather

    def _scenario(self) -> dict[str, Any]:
        return {}


class GasReleaseForm(HazardForm):
    """A leak of something toxic."""

    kind = "gas_release"
    title = _("泄漏情况与现场天气")
    scenario_fields = ("substance", "phase", "hole_diameter_m", "inventory_kg", "terrain")

    substance = forms.CharField(
        label=_("泄漏物质"), max_length=60, widget=forms.TextInput(attrs={"list": "substances"})
    )
    phase = forms.ChoiceField(
        label=_("相态"),
        choices=(("", _("不明")), ("liquid", _("液相")), ("gas", _("气相"))),
        required=False,
    )
    hole_mm = forms.FloatField(label=_("孔径（mm）"), min_value=0.5, max_value=1000, required=False)
    inventory_t = forms.FloatField(
        label=_("可泄漏量（t）"), min_value=0.0001, max_value=100_000, required=False
    )
    terrain = forms.ChoiceField(
        label=_("周边地形"),
        choices=(("", _("不明")), ("rural", _("开阔")), ("urban", _("城镇建筑"))),
        required=False,
    )
    field_order = ("substance", "phase", "hole_mm", "inventory_t", "terrain")

    @classmethod
    def as_entered(cls, scenario: Mapping[str, Any], weather: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a person would have entered; lengths in mm, masses in t."""
        hole, inventory = scenario.get("hole_diameter_m"), scenario.get("inventory_kg")
        return {
            **super().as_entered(scenario, weather),
            **{name: scenario.get(name, "") for name in ("substance", "phase", "terrain")},
            "hole_mm": None if hole is None else round(hole * MM_PER_M, 6),
            "inventory_t": None if inventory is None else round(inventory / KG_PER_T, 9),
        }

    def _scenario(self) -> dict[str, Any]:
        data = self.cleaned_data
        scenario: dict[str, Any] = {"kind": self.kind, "substance": data["substance"]}
        scenario |= {name: data[name] for name in ("phase", "terrain") if data[name]}
        if data["hole_mm"] is not None:
            scenario["hole_diameter_m"] = data["hole_mm"] / MM_PER_M
        if data["inventory_t"] is not None:
            scenario["inventory_kg"] = data["inventory_t"] * KG_PER_T
        return scenario


class TyphoonForm(HazardForm):
    """A typhoon, by the name of its track."""

    kind = "typhoon"
    title = _("台风与现场天气")
    scenario_fields = ("track",)

    track = forms.CharField(label=_("台风路径"), max_length=60)
    field_order = ("track",)

    @classmethod
    def as_entered(cls, scenario: Mapping[str, Any], weather: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a person would have entered."""
        return {**super().as_entered(scenario, weather), "track": scenario.get("track", "")}

    def _scenario(self) -> dict[str, Any]:
        return {"kind": self.kind, "track": self.cleaned_data["track"]}


FORMS: Mapping[str, type[HazardForm]] = {
    "12A04": GasReleaseForm,
    "12A10": GasReleaseForm,
    "12B09": GasReleaseForm,
    "11B01": TyphoonForm,
}
"""Kinds of event with fields of their own; all others ask for the weather only."""


def hazard_form_for(code: str, data: Mapping[str, Any] | None = None) -> HazardForm:
    """Return the form of a kind of event."""
    return FORMS.get(code, HazardForm)(data, prefix="hazard")


def correction_form_for(
    code: str,
    scenario: Mapping[str, Any],
    weather: Mapping[str, Any],
    data: Mapping[str, Any] | None = None,
) -> HazardForm:
    """Return the form of a kind of event, filled with what is assumed now."""
    before = FORMS.get(code, HazardForm).as_entered(scenario, weather)
    form = FORMS.get(code, HazardForm)(data, prefix="hazard", initial=before)
    for name, listed in (("wind_from_deg", DIRECTIONS), ("cloud_octas", SKY)):
        field, given = form.fields[name], before[name]
        # A wind of 230° came from a station, not from the list: it must not be lost by saving.
        if isinstance(field, forms.ChoiceField) and given not in dict(listed):
            field.choices = (*listed, (given, given))
    return form


def _choice(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
