r"""Forest-fire danger of a day (LY/T 1172-95, 全国森林火险天气等级).

.. math:: HTZ = A + B + C + D - E

A from the highest temperature, B from the lowest humidity, C from the days since the last rain
and its amount, D from the wind force, E from the greenness. Class 1 up to 25, class 2 up to 50,
class 3 up to 72, class 4 up to 90, class 5 above. Under snow the class is 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import whole

__all__ = ["CARD", "CLASSES", "GREENNESS", "FireDanger", "fire_danger"]

CLASSES = ((25, "没有危险"), (50, "低度危险"), (72, "中度危险"), (90, "高度危险"))
"""Highest index of classes 1 to 4; above it is class 5, 极度危险."""

HIGHEST = "极度危险"

COLOURS = ("绿", "蓝", "黄", "橙", "红")
"""Colours of the five classes (QX/T 77-2007)."""

TEMPERATURE = ((5.0, 0), (10.0, 4), (15.0, 6), (20.0, 9), (25.0, 13), (60.0, 15))
"""Upper end of the highest temperature [degC] and points A, confidence M."""

HUMIDITY = ((30.0, 15), (40.0, 12), (50.0, 9), (60.0, 6), (70.0, 3), (100.0, 0))
"""Upper end of the lowest humidity [%] and points B, confidence M."""

RAIN = (
    (2.0, (10, 15, 20, 25, 30, 35, 40, 45, 50)),
    (5.0, (5, 10, 15, 20, 25, 30, 35, 40, 45)),
    (10.0, (0, 5, 10, 15, 20, 25, 30, 35, 40)),
    (float("inf"), (0, 0, 5, 10, 15, 20, 25, 30, 35)),
)
"""Upper end of the last rain [mm] and points C on days 1 to 9 after it, confidence M."""

RAIN_MOST, POINTS_A_DAY = 50, 5
"""Most points C, and what each day beyond the ninth adds, confidence M."""

WIND_POINTS = 5
"""Points D for each degree of Beaufort, at most 40, confidence M."""

GREENNESS = {"full": 20, "half": 15, "fifth": 10, "sparse": 5, "dormant": 0}
"""全部绿草覆盖, 50% 绿草, 20% 绿草, 3% 绿草, 枯草期 and points E, confidence M."""

CARD = ModelCard(
    key="fire.danger",
    version=1,
    title="Forest-fire danger of a day (LY/T 1172-95)",
    title_zh="森林火险天气等级（LY/T 1172—95）",
    inputs=(
        Quantity(name="temperature_c", title="日最高气温", unit="degC", low=-60.0, high=60.0),
        Quantity(name="humidity_percent", title="日最小相对湿度", unit="%", low=0.0, high=100.0),
        Quantity(name="days_since_rain", title="雨后天数", unit="d", low=0.0, high=365.0),
        Quantity(name="last_rain_mm", title="上次降水量", unit="mm", low=0.0, high=2000.0),
        Quantity(name="beaufort", title="风力等级", unit="1", low=0.0, high=17.0),
        Quantity(
            name="greenness",
            title="绿草覆盖",
            unit="1",
            choices=tuple(GREENNESS),
            default="dormant",
        ),
    ),
    outputs=(
        Quantity(name="index", title="火险天气指数 HTZ", unit="1", low=-20.0, high=130.0),
        Quantity(name="level", title="火险等级", unit="1", low=1.0, high=5.0),
    ),
    references=(
        "LY/T 1172-95 全国森林火险天气等级",
        "QX/T 77-2007 森林火险气象等级",
    ),
    limits=(
        "逐日气象火险，不含可燃物载量、火源和地形",
        "只用于防火期；城市绿地和农田秸秆不适用",
    ),
    unconfirmed=("分项指数表 A—E 的数值待核对标准原文（等级分界已核对）",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FireDanger:
    """The danger of a day.

    Parameters
    ----------
    index : int
        HTZ. [1]
    level : int
        1 to 5. [1]
    title, colour : str
        In the words and the colours of the standards. [-]
    reasons : tuple of str
        The points of each part, in Chinese. [-]
    """

    index: int
    level: int
    title: str
    colour: str
    reasons: tuple[str, ...]


def fire_danger(
    temperature_c: float,
    humidity_percent: float,
    *,
    days_since_rain: int,
    last_rain_mm: float,
    beaufort: int,
    greenness: str = "dormant",
    snow_cover: bool = False,
) -> FireDanger:
    """Return the fire-danger class of a day.

    Parameters
    ----------
    temperature_c : float
        Highest temperature of the day. [degC]
    humidity_percent : float
        Lowest relative humidity of the day. [%]
    days_since_rain : int
        Days since the last rain of at least 0.3 mm; 0 on a day of rain. [d]
    last_rain_mm : float
        Amount of that rain. [mm]
    beaufort : int
        Wind force. [1]
    greenness : str
        `full`, `half`, `fifth`, `sparse` or `dormant`. [-]
    snow_cover : bool
        Whether snow covers the ground. [-]

    Returns
    -------
    FireDanger
        With the points of each part.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    A dry, windy day in spring:

    >>> fire_danger(22, 25, days_since_rain=9, last_rain_mm=3, beaufort=5).level
    5
    """
    CARD.check(
        temperature_c=temperature_c,
        humidity_percent=humidity_percent,
        days_since_rain=days_since_rain,
        last_rain_mm=last_rain_mm,
        beaufort=beaufort,
        greenness=greenness,
    )
    days_since_rain = whole(days_since_rain, name="days_since_rain", unit="d")
    beaufort = whole(beaufort, name="beaufort")
    a = next(points for end, points in TEMPERATURE if temperature_c <= end)
    b = next(points for end, points in HUMIDITY if humidity_percent <= end)
    c = _dryness(days_since_rain, last_rain_mm)
    d = min(WIND_POINTS * beaufort, 40)
    e = GREENNESS[greenness]
    index = a + b + c + d - e
    level = 1 if snow_cover else 1 + sum(index > end for end, _ in CLASSES)
    titles = [*(title for _, title in CLASSES), HIGHEST]
    reasons = (
        f"最高气温 {temperature_c:g} ℃，A = {a}",
        f"最小相对湿度 {humidity_percent:g}%，B = {b}",
        f"雨后第 {days_since_rain} 天（上次 {last_rain_mm:g} mm），C = {c}",
        f"风力 {beaufort} 级，D = {d}",
        f"绿草覆盖，E = {e}",
        *(("积雪覆盖，降为一级",) if snow_cover else ()),
    )
    return FireDanger(
        index=index,
        level=level,
        title=titles[level - 1],
        colour=COLOURS[level - 1],
        reasons=reasons,
    )


def _dryness(days: int, rain: float) -> int:
    if days < 1:
        return 0
    row = next(points for end, points in RAIN if rain <= end)
    if days <= len(row):
        return row[days - 1]
    return min(row[-1] + POINTS_A_DAY * (days - len(row)), RAIN_MOST)
