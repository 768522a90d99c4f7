"""Warehouses, what lies in them, and who can make more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from anlan.citypack.facilities.words import firm_stem

if TYPE_CHECKING:
    from anlan.citypack.facilities.draft import Draft

__all__ = ["add_supplies"]

GOODS: dict[str, tuple[str, str, int]] = {
    # code of anlan.register.choices.StockItem: label, measure, quantity in a county's warehouse
    "tent_12m2": ("12 m²救灾帐篷", "顶", 300),
    "folding_bed": ("折叠床", "张", 1_500),
    "quilt": ("棉被", "床", 2_500),
    "coat": ("棉大衣", "件", 1_500),
    "drinking_water": ("瓶装饮用水", "L", 12_000),
    "ready_meal": ("方便食品", "份", 9_000),
    "mobile_toilet": ("移动厕所", "厕位", 30),
    "lamp": ("应急照明灯", "盏", 400),
    "first_aid_kit": ("急救包", "套", 300),
    "stretcher": ("折叠担架", "副", 80),
    "sandbag": ("编织袋", "条", 60_000),
    "rock_fill": ("抢险块石", "m³", 2_000),
    "life_jacket": ("救生衣", "件", 600),
    "rubber_boat": ("橡皮冲锋舟", "艘", 8),
    "pump": ("移动抽水泵", "台", 20),
    "generator": ("柴油发电机", "台", 15),
    "gas_mask": ("过滤式防毒面具", "具", 500),
    "scba": ("正压式空气呼吸器", "套", 40),
    "chemical_suit": ("重型防化服", "套", 25),
    "leak_plug_kit": ("堵漏工具组", "套", 4),
    "gas_detector": ("便携式气体检测仪", "台", 20),
    "life_detector": ("生命探测仪", "台", 3),
    "neutraliser": ("中和药剂", "t", 8),
    "absorbent": ("吸附棉", "t", 3),
    "foam_agent": ("抗溶性泡沫液", "t", 12),
    "protective_mask": ("医用防护口罩", "只", 60_000),
    "protective_suit": ("医用防护服", "套", 4_000),
    "disinfectant": ("消毒剂", "kg", 3_000),
    "blower": ("风力灭火机", "台", 60),
}
PERISHABLE = {"drinking_water", "ready_meal", "first_aid_kit", "protective_mask", "foam_agent"}
TOWN_GOODS = ("folding_bed", "quilt", "lamp", "sandbag", "life_jacket", "pump", "first_aid_kit")


def add_supplies(draft: Draft) -> None:
    """Add the warehouses of city, counties and towns, their stock, and firms with agreements."""
    for i, county in enumerate(draft.counties[:3]):
        label = ("综合", "北部", "东部")[i]
        _warehouse(
            draft, f"{draft.city.name}{label}应急物资储备库", draft.city.code, county.code, 3.0
        )
    for county in draft.counties:
        _warehouse(draft, f"{county.name}应急物资储备库", county.code, county.code, 1.0)
        for town in county.towns[::2]:
            if town.centre is not None:
                _town_warehouse(draft, town.name, town.code, (town.centre.x, town.centre.y))
    items = list(GOODS)
    for i in range(40):
        county = draft.counties[i % len(draft.counties)]
        item = items[i % len(items)]
        label, measure, quantity = GOODS[item]
        draft.add(
            "production_enterprise",
            f"{county.short}{firm_stem(draft.rng)}{draft.pick('制品', '实业', '科技')}有限公司（示例）",
            county.code,
            draft.siting.draw(county.code, 1)[0],
            item=item,
            product=label,
            daily_capacity=max(1, quantity // 10),
            measure=measure,
            lead_time_h=draft.number(4, 72),
            agreed=bool(draft.rng.random() < 0.7),
            **draft.keeper(),
        )


def _warehouse(draft: Draft, name: str, division: str, county: str, factor: float) -> None:
    row = draft.add(
        "warehouse",
        name,
        division,
        draft.siting.draw(county, 1)[0],
        tier="city" if factor > 1 else "county",
        area_m2=round(1_500.0 * factor * float(draft.rng.uniform(0.7, 1.4))),
        loading_docks=round(3 * factor),
        **draft.keeper(),
    )
    for item in GOODS:
        _stock(draft, row["name"], division, item, factor)


def _town_warehouse(draft: Draft, name: str, code: str, place: tuple[float, float]) -> None:
    row = draft.add(
        "warehouse",
        f"{name}应急物资储备点",
        code,
        place,
        tier="town",
        area_m2=float(draft.number(60, 240)),
        loading_docks=1,
        **draft.keeper(),
    )
    for item in TOWN_GOODS:
        _stock(draft, row["name"], code, item, 0.06)


def _stock(draft: Draft, warehouse: str, division: str, item: str, factor: float) -> None:
    label, measure, quantity = GOODS[item]
    until = draft.now.date() + timedelta(days=draft.number(-20, 900))
    draft.add(
        "stock",
        f"{warehouse}·{label}",
        division,
        warehouse=warehouse,
        item=item,
        quantity=max(1, round(quantity * factor * float(draft.rng.uniform(0.6, 1.3)))),
        measure=measure,
        expires_on=until.isoformat() if item in PERISHABLE else None,
    )
