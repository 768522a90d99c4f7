"""What a package reads of the loaded city: its own rules, its pipes, its roads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import shapely

from anlan.command.selectors.city_facts import city_facts
from anlan.core.dictionaries import table
from anlan.core.dictionaries.services import row_override
from anlan.register.models import Pipeline
from kit.cities import jinan_pack

if TYPE_CHECKING:
    from kit.people import People, Places

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_package_reads_the_rules_the_pipes_and_the_roads_of_the_city(
    places: Places, people: People, settings: Any
) -> None:
    settings.ANLAN_CITY = jinan_pack()
    (red,) = [
        row
        for row in table("warning_signals")
        if row.text("hazard") == "暴雨" and row.text("colour") == "红"
    ]
    row_override(
        table="warning_signals",
        row_key=red.key,
        division_code=places.zhangqiu.code,
        values={"machine_rule": "rain_3h>=80"},
        document="章丘区试验文件",
        by=people.xu_jing,
        now=NOW,
    )
    Pipeline.objects.create(
        division=places.zhangqiu,
        name="示例管线",
        medium="natural_gas",
        diameter_mm=400,
        pressure_pa=4e5,
        route=shapely.LineString([(117.5, 36.7), (117.52, 36.7)]),
        source="测试",
    )
    facts = city_facts(division_code=places.jinan.code, now=NOW)
    rules = {
        code: next(r.text("machine_rule") for r in rows if r.key == red.key)
        for code, rows in facts.signals.items()
    }
    assert rules.pop(places.zhangqiu.code) == "rain_3h>=80"
    assert set(rules.values()) == {red.text("machine_rule")}
    assert [(p.name, round(p.lon, 3)) for p in facts.pipes] == [("示例管线", 117.51)]
    assert facts.roads is not None
    assert facts.path == settings.ANLAN_CITY
