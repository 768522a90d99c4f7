"""Fields that a kind of event asks for besides: they become the scenario and the weather.

What is left empty stays empty: the forecast reads it cautiously and says what it assumed.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from anlan.console.forms.numbers import NumberField
from anlan.forecast.hazards.typhoon_track import TRACK_NAMES, UPLOAD

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GasReleaseForm", "HazardForm", "TyphoonForm", "WeatherForm"]

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
WHOLE = "全市"
SHIPPED_TRACKS = [(key, name) for key, name in TRACK_NAMES.items() if key != UPLOAD]
OBSERVED = ("source", "observed_at")


class Moment(forms.DateTimeInput):
    """A time to the minute, in the browser's own field."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class HazardForm(forms.Form):
    """What a kind of event asks for besides; here nothing."""

    kind: ClassVar[str] = ""
    title: ClassVar[Any] = _("现场天气")
    scenario_fields: ClassVar[tuple[str, ...]] = ()
    """What this form says about the scenario; anything else in it stays as it is."""

    def __init__(self, *args: Any, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        """Codes of the districts, by their names."""
        self.kinds: list[tuple[str, str, bool]] = []
        """Scenarios to choose from: value, name, whether it is this one; empty: no choice."""

    def details(self) -> dict[str, Any]:
        """Return `scenario` and `weather` as the forecast reads them; empty fields left out."""
        found = {"weather": self._weather(), "scenario": self._scenario()}
        return {name: content for name, content in found.items() if content}

    @classmethod
    def as_entered(
        cls, scenario: Mapping[str, Any], weather: Mapping[str, Any], *, places: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return what a person would have entered to get this scenario and this weather."""
        del scenario, weather, places
        return {}

    def corrected(
        self, scenario: Mapping[str, Any], weather: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return scenario and weather with what was entered; what the form does not ask stays.

        Who measured the weather and when was said of the old values: it does not stay.
        """
        found = self.details()
        entered = [name for name in ENTERED_WEATHER if name in self.fields]
        stays = {k: v for k, v in weather.items() if k not in entered}
        new_weather = {**stays, **found.get("weather", {})}
        asked = {k: v for k, v in weather.items() if k in entered}
        if new_weather != {**stays, **asked}:
            new_weather = {k: v for k, v in new_weather.items() if k not in OBSERVED}
        if not self.kind:
            return dict(scenario), new_weather
        kept = {k: v for k, v in scenario.items() if k not in self.scenario_fields}
        same_kind = scenario.get("kind") in (None, self.kind)
        return {**(kept if same_kind else {}), **found.get("scenario", {})}, new_weather

    def _weather(self) -> dict[str, Any]:
        return {}

    def _scenario(self) -> dict[str, Any]:
        return {}


class WeatherForm(HazardForm):
    """Weather at the place, which most kinds may use."""

    wind_speed = NumberField(label=_("风速（m/s）"), min_value=0, max_value=60, required=False)
    wind_from_deg = forms.ChoiceField(label=_("风向（来向）"), choices=DIRECTIONS, required=False)
    temperature_c = NumberField(label=_("气温（℃）"), min_value=-50, max_value=60, required=False)
    cloud_octas = forms.ChoiceField(label=_("天空"), choices=SKY, required=False)
    is_day = forms.ChoiceField(
        label=_("昼夜"),
        choices=YES_NO,
        required=False,
        help_text=_(
            "影响气体扩散快慢和室外人数；留空按地点和时刻的太阳高度推算。人口的白天、夜间按时刻分，不看此项"
        ),
    )

    @classmethod
    def as_entered(
        cls, scenario: Mapping[str, Any], weather: Mapping[str, Any], *, places: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return what a person would have entered."""
        del scenario, places
        day = weather.get("is_day")
        return {
            **{name: weather.get(name) for name in ("wind_speed", "temperature_c")},
            **{name: _choice(weather.get(name)) for name in ("wind_from_deg", "cloud_octas")},
            "is_day": "" if day is None else str(int(day)),
        }

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


class GasReleaseForm(WeatherForm):
    """A leak of something toxic."""

    kind = "gas_release"
    title = _("泄漏情况与现场天气")
    scenario_fields = ("substance", "phase", "hole_diameter_m", "inventory_kg", "terrain")

    substance = forms.CharField(
        label=_("泄漏物质"),
        max_length=60,
        required=False,
        help_text=_("不明可留空，问到后在事件页按 w 补充"),
        widget=forms.TextInput(attrs={"list": "substances"}),
    )
    phase = forms.ChoiceField(
        label=_("相态"),
        choices=(("", _("不明")), ("liquid", _("液相")), ("gas", _("气相"))),
        required=False,
    )
    hole_mm = NumberField(label=_("孔径（mm）"), min_value=0.5, max_value=1000, required=False)
    inventory_t = NumberField(
        label=_("可泄漏量（t）"), min_value=0.0001, max_value=100_000, required=False
    )
    terrain = forms.ChoiceField(
        label=_("周边地形"),
        choices=(("", _("不明")), ("rural", _("开阔")), ("urban", _("城镇建筑"))),
        required=False,
    )
    field_order = ("substance", "phase", "hole_mm", "inventory_t", "terrain")

    @classmethod
    def as_entered(
        cls, scenario: Mapping[str, Any], weather: Mapping[str, Any], *, places: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return what a person would have entered; lengths in mm, masses in t."""
        hole, inventory = scenario.get("hole_diameter_m"), scenario.get("inventory_kg")
        return {
            **super().as_entered(scenario, weather, places=places),
            **{name: scenario.get(name, "") for name in ("substance", "phase", "terrain")},
            "hole_mm": None if hole is None else round(hole * MM_PER_M, 6),
            "inventory_t": None if inventory is None else round(inventory / KG_PER_T, 9),
        }

    def _scenario(self) -> dict[str, Any]:
        data = self.cleaned_data
        scenario: dict[str, Any] = {"kind": self.kind}
        scenario |= {name: data[name] for name in ("substance", "phase", "terrain") if data[name]}
        if data["hole_mm"] is not None:
            scenario["hole_diameter_m"] = data["hole_mm"] / MM_PER_M
        if data["inventory_t"] is not None:
            scenario["inventory_kg"] = data["inventory_t"] * KG_PER_T
        return scenario


class TyphoonForm(HazardForm):
    """A typhoon by its track, the time asked about, and the rain as observed or forecast."""

    kind = "typhoon"
    title = _("台风与雨量")
    scenario_fields = ("track", "start", "end", "rain")

    track = forms.ChoiceField(label=_("台风路径"), choices=SHIPPED_TRACKS)
    start = forms.DateTimeField(label=_("推演起"), required=False, widget=Moment)
    end = forms.DateTimeField(label=_("推演止"), required=False, widget=Moment)
    rain_mm = NumberField(label=_("全市雨量（mm）"), min_value=0, max_value=2000, required=False)
    rain_hours = NumberField(
        label=_("雨量时段（小时）"), min_value=0.1, max_value=240, required=False
    )
    rain_source = forms.CharField(label=_("雨量来源"), max_length=100, required=False)
    rain_places = forms.CharField(
        label=_("区县雨量"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "data-wide": ""}),
        help_text=_("每行一条：区县 小时 毫米，如：章丘区 3 62"),
    )
    field_order = (
        "track",
        "start",
        "end",
        "rain_mm",
        "rain_hours",
        "rain_source",
        "rain_places",
    )

    def clean_rain_places(self) -> list[dict[str, Any]]:
        """Read the lines; each names a district of this city, hours and millimetres."""
        rows: list[dict[str, Any]] = []
        lines = self.cleaned_data["rain_places"].splitlines()
        for number, line in enumerate(lines, start=1):
            words = line.split()
            if not words:
                continue
            try:
                name, hours, amount = words
                where = {} if name == WHOLE else {"division": self.places[name]}
                hours_mm = (_within(hours, 0.1, 240), _within(amount, 0, 2000))
                rows.append(where | dict(zip(("hours", "amount_mm"), hours_mm, strict=True)))
            except (KeyError, ValueError):
                rule = _("第 %(n)s 行应为“区县 小时（0.1–240） 毫米（0–2000）”，收到“%(line)s”。")
                raise forms.ValidationError(rule, params={"n": number, "line": line[:60]}) from None
        return rows

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start, and an amount of rain without its hours."""
        data = super().clean() or self.cleaned_data
        start, end = data.get("start"), data.get("end")
        if start and end and not start < end:
            self.add_error("end", _("推演止应晚于推演起。"))
        if (data.get("rain_mm") is None) != (data.get("rain_hours") is None):
            missing = "rain_hours" if data.get("rain_hours") is None else "rain_mm"
            if missing not in self.errors:
                self.add_error(missing, _("雨量与时段要一起填写。"))
        return data

    @classmethod
    def as_entered(
        cls, scenario: Mapping[str, Any], weather: Mapping[str, Any], *, places: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return what a person would have entered; the first rain of the whole city on top."""
        del weather
        names = {code: name for name, code in places.items()}
        rain = list(scenario.get("rain") or ())
        first = next((row for row in rain if not row.get("division")), None)
        lines = [
            f"{names.get(row.get('division'), WHOLE)} {row['hours']:g} {row['amount_mm']:g}"
            for row in rain
            if row is not first
        ]
        return {
            "track": scenario.get("track", ""),
            "rain_mm": first["amount_mm"] if first else None,
            "rain_hours": first["hours"] if first else None,
            "rain_source": rain[0].get("source", "") if rain else "",
            "rain_places": "\n".join(lines),
        } | {n: _local(scenario[n]) for n in ("start", "end") if scenario.get(n)}

    def _scenario(self) -> dict[str, Any]:
        data = self.cleaned_data
        scenario: dict[str, Any] = {"kind": self.kind, "track": data["track"]}
        scenario |= {n: data[n].isoformat() for n in ("start", "end") if data[n]}
        rain = list(data["rain_places"])
        if data["rain_mm"] is not None:
            rain.insert(0, {"amount_mm": data["rain_mm"], "hours": data["rain_hours"]})
        source = data["rain_source"]
        if rain:
            scenario["rain"] = [row | ({"source": source} if source else {}) for row in rain]
        return scenario


def _local(moment: Any) -> datetime:
    """Return a time of a scenario as people here write it."""
    at = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return localtime(at)


def _within(text: str, low: float, high: float) -> float:
    number = float(text)
    if not low <= number <= high:
        raise ValueError(text)
    return number


def _choice(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
