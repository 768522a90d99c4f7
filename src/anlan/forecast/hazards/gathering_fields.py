"""The inputs of a mass gathering, and how uncertain they are."""

from __future__ import annotations

from typing import Final

from anlan.forecast.fields import CHOICE, FILE, TEXT, Field, Spread

__all__ = ["CONCENTRATION", "FIELDS", "FOCUS", "KIND", "OUTLINE", "PEOPLE", "SPEED", "TRACKS"]

KIND: Final = "mass_gathering"
OUTLINE: Final = "outline_file"
TRACKS: Final = "tracks_file"
EXAMPLE_GATES: Final = "东门:6:90;南门:8:180;西门:4:270;北门:6:0"
PEOPLE: Final = Spread(low=0.8, high=1.2)
CONCENTRATION: Final = Spread(low=0.75, high=1.35)
SPEED: Final = Spread(low=0.8, high=1.2)

FIELDS: Final = (
    Field(
        key="people",
        title="预计到场人数",
        unit="人",
        low=10,
        high=1e6,
        default=20000.0,
        basis="平台示例",
        spread=PEOPLE,
    ),
    Field(
        key="length_m",
        title="场地长（东西）",
        unit="m",
        low=5,
        high=4000,
        default=160.0,
        basis="平台示例",
    ),
    Field(
        key="width_m",
        title="场地宽（南北）",
        unit="m",
        low=5,
        high=4000,
        default=100.0,
        basis="平台示例",
    ),
    Field(
        key="exits",
        title="出口（名称:净宽:方位角）",
        kind=TEXT,
        default=EXAMPLE_GATES,
        basis="平台示例",
        help="如 东门:6:90;南门:8:180；方位角正北为 0，顺时针；不写方位角则均匀分布",
    ),
    Field(
        key="closed", title="关闭的出口", kind=TEXT, help="写名称，多个用顿号隔开；不填为全部开放"
    ),
    Field(key="extra", title="增开的出口", kind=TEXT, help="写法同出口，如 应急门:5:45"),
    Field(
        key="concentration",
        title="最密处与平均之比",
        low=1.0,
        high=20.0,
        default=3.0,
        basis="平台示例，待以航拍或视频核实",
        spread=CONCENTRATION,
        help="均匀分布为 1；有舞台或景点时 2–5",
    ),
    Field(
        key="focus",
        title="人往哪里聚",
        kind=CHOICE,
        choices={"n": "北侧", "e": "东侧", "s": "南侧", "w": "西侧", "centre": "中间"},
        default="n",
        basis="平台示例：舞台在北侧",
    ),
    Field(
        key="fill_min",
        title="入场用时",
        unit="min",
        scale=1.0,
        low=5,
        high=1440,
        default=90.0,
        basis="平台示例",
    ),
    Field(
        key="stay_min",
        title="满员后停留",
        unit="min",
        low=0,
        high=1440,
        default=60.0,
        basis="平台示例",
    ),
    Field(
        key="speed",
        title="步行速度",
        unit="m/s",
        low=0.3,
        high=2.0,
        default=1.0,
        basis="老幼混合，谨慎读法",
        spread=SPEED,
    ),
    Field(
        key="turn_deg",
        title="场地旋转（顺时针）",
        unit="°",
        low=0,
        high=180,
        default=0.0,
        basis="平台默认",
    ),
    Field(key=OUTLINE, title="场地边界（GeoJSON）", kind=FILE, help="填了就不再用长宽"),
    Field(
        key=TRACKS,
        title="行人位置与速度（CSV）",
        kind=FILE,
        help="列：lon,lat,vx,vy（m/s），来自视频或定位；填了才算人群压力",
    ),
)
FOCUS: Final = {"n": 0.0, "e": 90.0, "s": 180.0, "w": 270.0, "centre": None}
