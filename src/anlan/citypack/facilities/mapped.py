"""Facilities from OpenStreetMap: real places, of which the map knows little more than the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anlan.citypack.facilities.draft import Draft

__all__ = ["add_mapped"]

NOBODY = {"contact_name": "", "contact_phone": ""}

KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    # kind of anlan.citypack.osm: record type, word for one without a name, fields of the type
    "hospital": ("hospital", "医院", {"grade": "none", "emergency_department": True}),
    "fire_station": ("fire_station", "消防站", {"kind": "first", "engines": 2}),
    "school": ("school", "学校", {"stage": "primary"}),
    "college": ("school", "高校", {"stage": "college"}),
    "university": ("school", "高校", {"stage": "college"}),
    "kindergarten": ("care_institution", "幼儿园", {"kind": "kindergarten"}),
    "nursing_home": ("care_institution", "养老院", {"kind": "nursing_home"}),
    "fuel": ("gas_station", "加油站", {"fuel": "oil"}),
    "helipad": ("landing_site", "起降点", {"length_m": 20.0, "width_m": 20.0}),
}


def add_mapped(draft: Draft, found: Sequence[dict[str, Any]]) -> None:
    """Add what the map has inside the city; unknown figures keep the register's defaults."""
    pools = draft.siting.pools
    for item in found:
        if item["kind"] not in KINDS:
            continue
        key, word, values = KINDS[item["kind"]]
        point = shapely.Point(item["lon"], item["lat"])
        county = next((code for code, p in pools.items() if p.boundary.contains(point)), None)
        if county is None:
            continue
        beds = item["tags"].get("beds") or item["tags"].get("capacity:beds") or ""
        known = {"beds_total": int(beds)} if key == "hospital" and beds.isdigit() else {}
        draft.add(
            key,
            item["name"][:90] or f"{word} {item['element']}",
            county,
            (item["lon"], item["lat"]),
            **values,
            **known,
            source="osm",
            source_note=f"© OpenStreetMap contributors, ODbL; {item['element']}",
            observed_at=None,
            synthetic=False,
            **NOBODY,
        )
        draft.given.add(key)
