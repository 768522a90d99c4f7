"""Scenarios: what is entered about a hazard, checked field by field.

A field that nobody filled in is read cautiously, and the reading is noted as an `Assumption`
that says what was taken and on what ground. A field that is wrong is refused with its name,
the rule and the value; nothing is corrected silently.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from anlan.forecast.daylight import Sun, ground_of_class, pasquill
from anlan.forecast.types import Assumption
from anlan.science.cyclone.wind import LAND_FACTOR

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = [
    "WEATHER_TITLES",
    "GasRelease",
    "RainObservation",
    "Reader",
    "ScenarioError",
    "Typhoon",
    "Weather",
]

KELVIN: Final = 273.15
HJ169 = "HJ 169-2018 最不利气象条件：F 类稳定度、1.5 m/s、25 ℃，待确认"
"""Ground for a cautious reading of unknown weather."""

WEATHER_TITLES: Final = {
    "weather.wind_speed": "风速",
    "weather.wind_from_deg": "风向",
    "weather.temperature_c": "气温",
    "weather.cloud_octas": "云量",
    "weather.is_day": "昼夜",
    "weather.stability": "大气稳定度",
    "weather.sun_deg": "太阳高度",
    "weather.sun_low_deg": "前后一小时内太阳的最低高度",
}
"""What the fields of the weather are called in a refusal."""


class ScenarioError(ValueError):
    """A field of a scenario is wrong: which, against which rule, with which value."""

    def __init__(self, field: str, rule: str, value: object) -> None:
        self.field = field
        self.rule = rule
        self.value = value
        super().__init__(f"{field} 应{rule}，收到 {value!r}；请改正后重试")


class Reader:
    """Takes fields from a mapping one by one, and notes what was assumed."""

    def __init__(self, content: Mapping[str, Any], section: str) -> None:
        self.content = content
        self.section = section
        self.taken: set[str] = {"kind"}
        self.assumed: list[Assumption] = []

    def name(self, key: str) -> str:
        return f"{self.section}.{key}"

    def raw(self, key: str) -> Any:
        self.taken.add(key)
        value = self.content.get(key)
        return None if value == "" else value

    def assume(self, key: str, title: str, value: float | str, unit: str, basis: str) -> None:
        self.assumed.append(
            Assumption(field=self.name(key), title=title, value=value, unit=unit, basis=basis)
        )

    def number(self, key: str, low: float, high: float, unit: str) -> float | None:
        value = self.raw(key)
        if value is None:
            return None
        rule = f"为 {low:g} 至 {high:g} {unit} 的数字".replace("  ", " ")
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ScenarioError(self.name(key), rule, value)
        try:
            number = float(value)
        except ValueError:
            raise ScenarioError(self.name(key), rule, value) from None
        if not (math.isfinite(number) and low <= number <= high):
            raise ScenarioError(self.name(key), rule, value)
        return number

    def word(self, key: str, allowed: Collection[str]) -> str | None:
        value = self.raw(key)
        if value is None:
            return None
        if value not in allowed:
            raise ScenarioError(self.name(key), f"为 {'、'.join(allowed)} 之一", value)
        return str(value)

    def text(self, key: str) -> str:
        value = self.raw(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ScenarioError(self.name(key), "为文字", value)
        return value.strip()

    def truth(self, key: str) -> bool | None:
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return value
        raise ScenarioError(self.name(key), "为是或否（true/false）", value)

    def moment(self, key: str) -> datetime | None:
        value = self.raw(key)
        if value is None:
            return None
        rule = "为带时区的时间，如 2026-03-01T14:20:00+08:00"
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise ScenarioError(self.name(key), rule, value) from None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise ScenarioError(self.name(key), rule, value)
        return value

    def close(self) -> None:
        unknown = sorted(set(self.content) - self.taken)
        if unknown:
            known = "、".join(sorted(self.taken - {"kind"}))
            raise ScenarioError(self.name(unknown[0]), f"为已知字段（{known}）", unknown[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """The weather at the place: wind at 10 m, from where, temperature, cloud, day or night.

    `wind_from_deg` is None when nobody knows it: then every direction is possible. `sun_deg` and
    `sun_low_deg` are the sun that the class was read with; None: place or hour was not known.
    """

    wind_speed: float
    wind_from_deg: float | None
    wind_spread_deg: float
    temperature_c: float
    cloud_octas: float
    is_day: bool
    stability: str
    source: str
    observed_at: datetime | None
    sun_deg: float | None = None
    sun_low_deg: float | None = None
    assumptions: tuple[Assumption, ...] = ()

    @classmethod
    def parse(cls, content: Mapping[str, Any], *, sun: Sun | None = None) -> Weather:
        """Read entered weather; what is missing is read as the worst that is plausible.

        Parameters
        ----------
        content
            What was entered, or what was kept of a run.
        sun
            The sun at the place and hour (`daylight.sun_at`), which replaces a recorded one. None:
            the recorded one; where there is none, as with runs kept before the sun was recorded,
            it does not count and the class is that of wind, cloud, and day or night.
        """
        read = Reader(content, "weather")
        speed = read.number("wind_speed", 0, 60, "m/s")
        from_deg = read.number("wind_from_deg", 0, 360, "°")
        spread = read.number("wind_spread_deg", 0, 180, "°")
        temperature = read.number("temperature_c", -50, 60, "℃")
        cloud = read.number("cloud_octas", 0, 8, "成（八分量）")
        day = read.truth("is_day")
        stability = read.word("stability", "ABCDEF")
        source = read.text("source")
        observed = read.moment("observed_at")
        sun = sun or _recorded_sun(read)
        read.close()
        if speed is None:
            speed = 1.5
            read.assume("wind_speed", "风速", speed, " m/s", HJ169)
            if stability is None:
                stability = "F"
                read.assume("stability", "大气稳定度", stability, "", HJ169)
        if spread is None:
            spread = 30.0 if speed < 2 else 20.0
            read.assume("wind_spread_deg", "风向摆动", f"±{spread:g}", "°", "平台默认，待确认")
        if temperature is None:
            temperature = 25.0
            read.assume("temperature_c", "气温", temperature, " ℃", HJ169)
        entered_day = day
        if day is None:
            day = sun is not None and sun.is_up
            basis = "夜间扩散最慢，谨慎读法"
            if sun is not None:
                basis = f"由地点和时刻推算，{sun.text}"
            read.assume("is_day", "昼夜", "白天" if day else "夜间", "", basis)
        if cloud is None:
            skies = (8.0, 0.0) if day else (0.0, 8.0)
            cloud = max(
                skies, key=lambda sky: pasquill(speed, cloud_octas=sky, is_day=day, sun=sun)
            )
            read.assume("cloud_octas", "云量", cloud, " 成", "取使扩散最慢的云量，谨慎读法")
        if from_deg is None:
            read.assume("wind_from_deg", "风向", "不明", "", "各方向都可能，按全方位画圈")
        if stability is None:
            stability = pasquill(speed, cloud_octas=cloud, is_day=day, sun=sun)
            if sun is not None:
                ground = ground_of_class(speed, cloud_octas=cloud, entered_day=entered_day, sun=sun)
                read.assume("stability", "大气稳定度", stability, "", ground)
        return cls(
            wind_speed=speed,
            wind_from_deg=None if from_deg is None else from_deg % 360.0,
            wind_spread_deg=spread,
            temperature_c=temperature,
            cloud_octas=cloud,
            is_day=day,
            stability=stability,
            source=source or ("人工录入" if content else "平台默认"),
            observed_at=observed,
            sun_deg=None if sun is None else sun.height_deg,
            sun_low_deg=None if sun is None else sun.lowest_deg,
            assumptions=tuple(read.assumed),
        )

    @property
    def class_is_read(self) -> bool:
        """Tell whether the class was read from wind, cloud and sun: in another wind, read anew.

        Where nobody knew the wind, wind and class are the worst that is plausible.
        """
        assumed = {assumption.field for assumption in self.assumptions}
        return "weather.stability" in assumed and "weather.wind_speed" not in assumed


def _recorded_sun(read: Reader) -> Sun | None:
    """Return the sun that is kept with a run."""
    height, lowest = (read.number(key, -90, 90, "°") for key in ("sun_deg", "sun_low_deg"))
    if height is None:
        return None
    return Sun(height_deg=height, lowest_deg=height if lowest is None else min(lowest, height))


@dataclass(frozen=True, slots=True, kw_only=True)
class GasRelease:
    """A leak of a toxic substance. `inventory_kg` None: it may go on for the whole hour."""

    substance: str
    phase: str
    hole_diameter_m: float
    pressure_pa: float | None
    temperature_k: float
    inventory_kg: float | None
    height_m: float
    terrain: str
    rate_kg_s: float | None
    assumptions: tuple[Assumption, ...] = ()

    kind = "gas_release"

    @classmethod
    def parse(cls, content: Mapping[str, Any], temperature_c: float = 25.0) -> GasRelease:
        """Read a leak; the substance is required, the rest is read cautiously when missing."""
        read = Reader(content, "scenario")
        substance = read.text("substance")
        if not substance:
            raise ScenarioError("scenario.substance", "填写泄漏物质名称或 CAS 号", substance)
        phase = read.word("phase", ("liquid", "gas"))
        hole = read.number("hole_diameter_m", 0.0005, 1.0, "m")
        pressure = read.number("pressure_pa", 1e5, 5e7, "Pa（绝对压力）")
        temperature = read.number("temperature_k", 100, 600, "K")
        inventory = read.number("inventory_kg", 0.1, 1e8, "kg")
        height = read.number("height_m", 0, 300, "m")
        terrain = read.word("terrain", ("rural", "urban"))
        rate = read.number("rate_kg_s", 1e-4, 1e4, "kg/s")
        read.close()
        if phase is None:
            phase = "liquid"
            read.assume("phase", "泄漏相态", "液相", "", "同样孔径液相泄漏量大，谨慎读法")
        if hole is None:
            hole = 0.05
            if rate is None:
                basis = "管径10%、上限50 mm（HJ 169-2018 附录，待确认）"
                read.assume("hole_diameter_m", "孔径", hole, " m", basis)
        if temperature is None:
            temperature = temperature_c + KELVIN
            read.assume("temperature_k", "物料温度", round(temperature, 2), " K", "取气温")
        if pressure is None:
            read.assume("pressure_pa", "容器压力", "饱和蒸气压", "", "按物料温度的饱和蒸气压计算")
        if inventory is None:
            read.assume("inventory_kg", "可泄漏量", 100_000.0, " kg", "大型储罐，谨慎读法，请核实")
        if height is None:
            height = 0.0
            read.assume("height_m", "泄漏高度", height, " m", "近地面泄漏影响最大，谨慎读法")
        if terrain is None:
            terrain = "rural"
            read.assume("terrain", "下垫面", "开阔", "", "开阔地扩散最慢，谨慎读法")
        return cls(
            substance=substance,
            phase=phase,
            hole_diameter_m=hole,
            pressure_pa=pressure,
            temperature_k=temperature,
            inventory_kg=inventory,
            height_m=height,
            terrain=terrain,
            rate_kg_s=rate,
            assumptions=tuple(read.assumed),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RainObservation:
    """Rain that fell or is forecast: how much, in how many hours, where (empty: everywhere)."""

    amount_mm: float
    hours: float
    division: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typhoon:
    """A typhoon by its track, and the rain that comes with it.

    `track` names a shipped best track, or is `upload`; `start` and `end` bound the time that is
    asked about; `lead_s` is how long before the closest approach the forecast was issued.
    """

    track: str
    start: datetime | None
    end: datetime | None
    rain: tuple[RainObservation, ...]
    lead_s: float | None = None
    surface_factor: float = LAND_FACTOR
    assumptions: tuple[Assumption, ...] = ()

    kind = "typhoon"

    @classmethod
    def parse(cls, content: Mapping[str, Any], temperature_c: float = 25.0) -> Typhoon:
        """Read a typhoon; the track is required, rain may be missing."""
        del temperature_c
        read = Reader(content, "scenario")
        track = read.text("track")
        if not track:
            raise ScenarioError("scenario.track", "填写台风路径名称", track)
        start, end = read.moment("start"), read.moment("end")
        if start and end and not start < end:
            raise ScenarioError("scenario.end", "晚于 scenario.start", end.isoformat())
        rain = [_rain(row) for row in _rows(read.raw("rain"))]
        amount = read.number("rain_amount_m", 0, 2, "m")
        duration = read.number("rain_duration_s", 360, 864_000, "s")
        if amount is not None:
            rain.append(_city_rain(read, amount, duration))
        lead = read.number("lead_s", 0, 432_000, "s")
        factor = read.number("surface_factor", 0.4, 1.0, "")
        if factor is None:
            factor = LAND_FACTOR
            read.assume("surface_factor", "地面折减系数", factor, "", "陆地 0.6–0.8 的中值，待确认")
        read.text("track_file")
        read.close()
        return cls(
            track=track,
            start=start,
            end=end,
            rain=tuple(rain),
            lead_s=lead,
            surface_factor=factor,
            assumptions=tuple(read.assumed),
        )


def _city_rain(read: Reader, amount: float, duration: float | None) -> RainObservation:
    """Return rain entered for the whole city; its time is a day unless somebody says."""
    if duration is None:
        duration = 86_400.0
        read.assume("rain_duration_s", "雨量时段", 24.0, " h", "未填按日雨量")
    return RainObservation(
        amount_mm=amount * 1000.0, hours=duration / 3600.0, division="", source="人工录入"
    )


def _rows(value: object) -> list[Mapping[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise ScenarioError("scenario.rain", "为一个或多个 [[scenario.rain]] 表", value)
    return value


def _rain(row: Mapping[str, Any]) -> RainObservation:
    read = Reader(row, "scenario.rain")
    amount = read.number("amount_mm", 0, 2000, "mm")
    hours = read.number("hours", 0.1, 240, "h")
    division, source = read.text("division"), read.text("source")
    read.close()
    if amount is None:
        raise ScenarioError("scenario.rain.amount_mm", "填写雨量", amount)
    if hours is None:
        raise ScenarioError("scenario.rain.hours", "填写时段（小时）", hours)
    return RainObservation(
        amount_mm=amount, hours=hours, division=division, source=source or "人工录入"
    )
