"""What a forest-fire forecast asks: the dryness, the fuel, how long, a firebreak to try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from anlan.forecast.fields import CHOICE, FILE, TEXT, Field, Inputs, Spread, read_fields
from anlan.forecast.hazards.forest_ground import firebreak_points
from anlan.science.fire import wang

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FIELDS", "parse_forest_fire"]

FIELDS: Final = (
    Field(
        key="humidity_percent",
        title="相对湿度",
        unit="%",
        low=0,
        high=100,
        default=30.0,
        basis="防火期干燥天气，谨慎读法，请按实况填",
        spread=Spread(low=-10.0, high=10.0, how="add"),
    ),
    Field(
        key="fuel",
        title="可燃物",
        kind=CHOICE,
        choices={f"{ks:g}": title for ks, title, _en in wang.fuel_factors()},
        default="1.2",
        basis="枯枝落叶，山东丘陵林区常见（待确认），请按现场改",
    ),
    Field(
        key="hours",
        title="预测时长",
        unit="h",
        low=1,
        high=24,
        default=6.0,
        basis="一个工作班次",
    ),
    Field(
        key="firebreak",
        title="拟设隔离带",
        kind=TEXT,
        help="两点以上“经度,纬度”，以分号隔开；填了就比较设与不设",
    ),
    Field(
        key="firebreak_width_m",
        title="隔离带宽度",
        unit="m",
        low=1,
        high=500,
        default=30.0,
        basis="平台默认，待确认",
    ),
    Field(
        key="fuel_load_kg_m2",
        title="有效可燃物载量",
        unit="kg/m²",
        low=0,
        high=50,
        default=0.8,
        basis="平台默认，待确认",
        spread=Spread(low=0.6, high=1.6),
    ),
    Field(
        key="roads_hold",
        title="道路能否阻火",
        kind=CHOICE,
        choices={"no": "不能", "yes": "能"},
        default="no",
        basis="林火可越过道路，谨慎读法",
    ),
    Field(
        key="days_since_rain",
        title="雨后天数",
        unit="d",
        low=0,
        high=365,
        default=10.0,
        basis="谨慎读法，只用于火险等级",
    ),
    Field(
        key="last_rain_mm",
        title="上次降水量",
        unit="mm",
        low=0,
        high=2000,
        default=2.0,
        basis="谨慎读法，只用于火险等级",
    ),
    Field(
        key="terrain",
        title="地形高程文件",
        kind=FILE,
        help="ESRI ASCII 网格（WGS 84）；不传用城市数据包的地形",
    ),
)


def parse_forest_fire(content: Mapping[str, Any], _temperature_c: float) -> Inputs:
    """Read a forest fire; the firebreak is checked point by point."""
    inputs = read_fields("forest_fire", FIELDS, content)
    if inputs.word("firebreak"):
        firebreak_points(inputs.word("firebreak"))
    return inputs
