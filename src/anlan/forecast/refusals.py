"""What a model refuses, in Chinese, with the names that stand on cards and forms."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

from anlan.core.numerals import with_powers
from anlan.forecast.scenarios import WEATHER_TITLES, ScenarioError
from anlan.science.common.card import cards
from anlan.science.common.refusal import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anlan.forecast.model import ForecastModel

__all__ = ["in_chinese", "refusal_words", "refused"]

TITLES: Final = {
    "ambient_pressure": "环境气压",
    "count": "次数",
    "counts": "病例数",
    "courant": "时间步系数",
    "delay": "延迟时间",
    "density": "密度",
    "depth": "水深",
    "diameter": "直径",
    "discharge": "流量",
    "distance": "距离",
    "duration": "时长",
    "elevation": "高程",
    "expected": "期望值",
    "factor": "系数",
    "gamma": "比热比",
    "ground_temperature": "地面温度",
    "half_width": "前后期数",
    "heat_capacity": "比热容",
    "height": "高度",
    "hole_diameter": "孔径",
    "humidity_percent": "相对湿度",
    "immune": "免疫人数",
    "lat": "纬度",
    "length": "长度",
    "limit": "时限",
    "liquid_density": "液体密度",
    "lon": "经度",
    "mass": "质量",
    "molar_mass": "摩尔质量",
    "nodes": "节点数",
    "peak": "洪峰流量",
    "people": "人数",
    "population": "人口",
    "ppm": "浓度",
    "pressure": "压力",
    "r0": "再生数",
    "radius": "半径",
    "rate": "速率",
    "relative_humidity": "相对湿度",
    "rise_time": "洪峰历时",
    "roughness": "糙率",
    "sd": "标准差",
    "slope": "坡度",
    "speed": "速度",
    "stability": "大气稳定度",
    "temperature": "温度",
    "temperature_c": "气温",
    "threshold": "阈值",
    "time": "时间",
    "volume": "容积",
    "width": "宽度",
    "wind_angle_deg": "夹角",
    "wind_speed": "风速",
    "years": "年数",
    "z": "高度",
}
"""Names of arguments that no card declares, or several cards each for its own quantity."""


def in_chinese(error: ValueError) -> str:
    """Say which quantity broke which rule, and with what."""
    return with_powers(sentence(error, _titles()))


@contextmanager
def refused(field: str, value: object, rule: str = "在模型适用范围内") -> Iterator[None]:
    """Turn what the science refuses into an error that names the field and the value.

    Parameters
    ----------
    field, value
        Which field of the form, and what was entered.
    rule
        What it should be; what the science said is added.
    """
    try:
        yield
    except ScenarioError:
        raise
    except ValueError as error:
        raise ScenarioError(field, f"{rule}（{in_chinese(error)}）", value) from None


def refusal_words(model: ForecastModel | None, error: ScenarioError) -> str:
    """Say what was wrong by the name that stands on the form."""
    fields = {f"scenario.{field.key}": field.title for field in (model.fields if model else ())}
    name = {**WEATHER_TITLES, **fields, "scenario": "输入"}.get(error.field, error.field)
    given = "空" if error.value in (None, "") else error.value
    return f"{name}：应{error.rule}，收到 {given}"


@cache
def _titles() -> Mapping[str, str]:
    """Return the Chinese name of every argument that has one."""
    return {given.name: given.title for card in cards() for given in card.inputs} | TITLES
