"""Water behind walls, water in streets, and slopes that may slide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from anlan.citypack.facilities.siting import RURAL
from anlan.citypack.facilities.words import QUARTERS
from anlan.citypack.tables import rows_of

if TYPE_CHECKING:
    from anlan.citypack.facilities.draft import Draft

__all__ = ["add_water"]

SIZES = {"medium": (1.0e7, 6.0e7), "small_1": (1.0e6, 9.0e6), "small_2": (1.0e5, 9.0e5)}
"""Least and most total capacity of a synthetic reservoir by size (大中小型水库 by total capacity). [m3]"""

FLOODING = {
    "underpass": "下穿通道",
    "road": "低洼路段",
    "basement": "地下空间",
    "village": "低洼居住区",
}
SLOPES = {
    "landslide": "滑坡",
    "collapse": "崩塌",
    "debris_flow": "泥石流",
    "subsidence": "地面塌陷",
}


def add_water(draft: Draft) -> None:
    """Add reservoirs (the real large ones first), tailings dams, slopes and flooding places."""
    _real_reservoirs(draft)
    for county in draft.counties:
        wild = 0 if county.is_dense else 1
        for i, place in enumerate(
            draft.siting.draw(county.code, 4 * wild, crowd=RURAL, apart=True)
        ):
            size = ("medium", "small_1", "small_1", "small_2")[i]
            _reservoir(draft, county.code, place, size)
        for place in draft.siting.draw(county.code, 7 * wild, crowd=RURAL, apart=True):
            _slope(draft, county.code, place)
        for i, place in enumerate(draft.siting.draw(county.code, 7)):
            kind = list(FLOODING)[i % len(FLOODING)]
            depth = round(float(draft.rng.uniform(0.2, 1.6)), 2)
            draft.add(
                "flood_prone_point",
                f"{draft.pick(*QUARTERS)}{FLOODING[kind]}易涝点（示例）",
                county.code,
                place,
                kind=kind,
                depth_record_m=depth,
                pumps=draft.number(0, 4),
                closes_at_m=0.27,
                **draft.keeper(),
            )
    for county in draft.counties[-3:]:
        draft.add(
            "tailings_dam",
            f"{county.short}{draft.pick(*QUARTERS)}尾矿库（示例）",
            county.code,
            draft.siting.draw(county.code, 1, crowd=RURAL)[0],
            grade=draft.pick("3", "4", "5"),
            mineral="铁矿",
            dam_height_m=float(draft.number(15, 48)),
            volume_m3=float(draft.number(300_000, 4_000_000)),
            overhead=bool(draft.rng.random() < 0.3),
            people_below=draft.number(0, 800),
            **draft.keeper(),
        )


def _real_reservoirs(draft: Draft) -> None:
    """Add the real reservoirs that we have typed: what we do not know of them stays empty."""
    for row in rows_of("reservoirs"):
        place = (float(row["lon"]), float(row["lat"]))
        county = next(
            (
                code
                for code, pool in draft.siting.pools.items()
                if row["city"] == draft.city.code[:6]
                and pool.boundary.contains(shapely.Point(place))
            ),
            None,
        )
        if county is not None:
            draft.add(
                "reservoir",
                row["name"],
                county,
                place,
                size=row["size"],
                river=row["river"],
                capacity_m3=float(row["capacity_m3"]),
                **_unknown_levels(),
                source="open_data",
                source_note="水利部大型水库水情公报列名；位置和库容为近似值，待确认",
                synthetic=False,
                contact_name="",
                contact_phone="",
            )


def _unknown_levels() -> dict[str, object]:
    names = (
        *("flood_limit_m", "design_level_m", "dam_height_m", "dam_crest_m"),
        *("level_m", "storage_m3"),
    )
    return {**dict.fromkeys(names), "dam_kind": ""}


def _reservoir(draft: Draft, county: str, place: tuple[float, float], size: str) -> None:
    capacity = float(round(draft.rng.uniform(*SIZES[size]), -3))
    base = float(draft.number(60, 300))
    height = float(draft.number(9, 32))
    level = base + height * 0.62
    draft.add(
        "reservoir",
        f"{draft.pick(*QUARTERS)}水库（示例）",
        county,
        place,
        size=size,
        river=draft.rivers[draft.number(0, len(draft.rivers) - 1)].name if draft.rivers else "",
        capacity_m3=capacity,
        flood_limit_m=round(base + height * 0.68, 2),
        design_level_m=round(base + height * 0.85, 2),
        dam_height_m=height,
        dam_crest_m=base + height,
        dam_kind=draft.pick("均质土坝", "黏土心墙坝", "浆砌石重力坝"),
        level_m=round(level, 2),
        storage_m3=round(capacity * float(draft.rng.uniform(0.3, 0.6))),
        **draft.keeper(),
    )


def _slope(draft: Draft, county: str, place: tuple[float, float]) -> None:
    kind = draft.pick(*SLOPES)
    households = draft.number(1, 30)
    draft.add(
        "geological_hazard",
        f"{draft.pick(*QUARTERS)}{SLOPES[kind]}隐患点（示例）",
        county,
        place,
        kind=kind,
        volume_m3=float(draft.number(100, 40_000)),
        households=households,
        people=households * 3,
        monitored=bool(draft.rng.random() < 0.5),
        **draft.keeper(),
    )
