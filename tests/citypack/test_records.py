from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from django.db.models import ForeignKey

from anlan.citypack import CityPack, build_pack
from anlan.citypack.facilities.forces import KINDS
from anlan.citypack.facilities.supplies import GOODS
from anlan.citypack.tables import rows_of
from anlan.core.geometry.fields import GeometryField
from anlan.core.records.registry import record_type, record_types
from anlan.plans.rules.vocabulary import rows_of as plan_rows_of
from anlan.register.choices import Capability, StockItem, UnitKind
from kit.shared import shared_data

if TYPE_CHECKING:
    from pathlib import Path

NOT_IN_PACKS = {"division"}
"""Types whose rows stand elsewhere in a pack."""

ROWS_CHECKED = 60


@pytest.fixture(scope="module")
def records(jinan: CityPack) -> dict[str, list[dict[str, Any]]]:
    return {key: list(jinan.records(key)) for key in jinan.record_keys}


def test_every_type_of_the_register_has_records(records: dict[str, list[dict[str, Any]]]) -> None:
    assert {t.key for t in record_types()} - NOT_IN_PACKS == set(records)


def test_jinan_has_at_least_three_thousand_facilities(
    records: dict[str, list[dict[str, Any]]],
) -> None:
    assert sum("location" in row for rows in records.values() for row in rows) >= 3_000


def test_records_have_the_fields_of_the_register(records: dict[str, list[dict[str, Any]]]) -> None:
    for key, rows in records.items():
        known = {f.name for f in record_type(key).model._meta.concrete_fields}
        assert {name for row in rows for name in row} <= known, key


@pytest.mark.django_db
def test_records_are_valid_rows_of_the_register(records: dict[str, list[dict[str, Any]]]) -> None:
    for key, rows in records.items():
        model = record_type(key).model
        links = {f.name for f in model._meta.concrete_fields if isinstance(f, ForeignKey)}
        for row in rows[:: max(1, len(rows) // ROWS_CHECKED)]:
            values = {name: value for name, value in row.items() if name not in links}
            instance = model(**values)
            instance.clean_fields(exclude=links)
            instance.validate_constraints(exclude=links)


def test_references_name_a_record(
    records: dict[str, list[dict[str, Any]]], jinan: CityPack
) -> None:
    codes = {d.code for d in jinan.divisions}
    names = {key: {row["name"] for row in rows} for key, rows in records.items()}
    key_of = {t.model: t.key for t in record_types()}
    for key, rows in records.items():
        links = [
            f for f in record_type(key).model._meta.concrete_fields if isinstance(f, ForeignKey)
        ]
        for link in links:
            target = key_of.get(link.related_model)
            known = codes if link.name == "division" else names.get(target or "", set())
            asked = {row[link.name] for row in rows if row.get(link.name) is not None}
            assert asked <= known, (key, link.name)


def test_natural_keys_are_unique(records: dict[str, list[dict[str, Any]]]) -> None:
    for key, rows in records.items():
        counts = Counter(tuple(row.get(n) for n in record_type(key).natural_key) for row in rows)
        assert [k for k, count in counts.items() if count > 1] == [], key


def test_every_facility_lies_in_its_district(
    records: dict[str, list[dict[str, Any]]], jinan: CityPack
) -> None:
    boundaries = {d.code[:6]: d.boundary for d in jinan.divisions if d.boundary is not None}
    for key, rows in records.items():
        for row in rows:
            boundary = boundaries.get(row["division"][:6])
            if boundary is not None and "location" in row:
                assert boundary.contains(row["location"]), (key, row["name"])


def test_a_record_has_at_most_one_geometry(records: dict[str, list[dict[str, Any]]]) -> None:
    for key, rows in records.items():
        fields = {
            f.name
            for f in record_type(key).model._meta.concrete_fields
            if isinstance(f, GeometryField)
        }
        assert all(isinstance(row[name], shapely.Geometry) for row in rows for name in fields)


def test_all_but_the_real_reservoirs_are_synthetic(
    records: dict[str, list[dict[str, Any]]],
) -> None:
    real = [(key, r["name"]) for key, rows in records.items() for r in rows if not r["synthetic"]]
    assert real == [("reservoir", "卧虎山水库"), ("reservoir", "雪野水库")]


def test_facts_are_not_from_the_future(
    records: dict[str, list[dict[str, Any]]], jinan: CityPack
) -> None:
    for rows in records.values():
        for row in rows:
            assert row["observed_at"] is None or (
                datetime.fromisoformat(row["observed_at"]) <= jinan.info.built_at
            )


def test_the_park_stores_ammonia_and_has_neighbours(
    records: dict[str, list[dict[str, Any]]], jinan: CityPack
) -> None:
    zhangqiu = next(d for d in jinan.divisions if d.name == "章丘区")
    park = [row for row in records["hazardous_enterprise"] if row["in_park"]]
    assert len(park) >= 8
    assert all(row["division"] == zhangqiu.code for row in park)
    ammonia = [
        row
        for row in records["storage_tank"]
        if row["substance"] == "液氨" and row["enterprise"] == park[0]["name"]
    ]
    assert sum(tank["inventory_kg"] for tank in ammonia) > 10_000
    near = park[0]["location"].buffer(0.03)
    for key in ("school", "care_institution", "hospital", "fire_station", "sensor", "shelter"):
        assert any(near.contains(row["location"]) for row in records[key]), key


def test_major_hazard_sources_are_graded_by_the_standard(
    records: dict[str, list[dict[str, Any]]],
) -> None:
    """GB 18218-2018, table 6: first grade from R = 100, second from 50, third from 10."""
    for row in records["major_hazard_source"]:
        r = row["r_value"]
        assert row["grade"] == ("1" if r >= 100 else "2" if r >= 50 else "3" if r >= 10 else "4")


def test_the_typed_codes_are_those_of_register_and_plans() -> None:
    assert set(KINDS) == set(UnitKind.values)
    for kind, (_, capabilities, *_rest) in KINDS.items():
        assert set(capabilities) <= set(Capability.values), kind
    assert set(GOODS) == set(StockItem.values) - {"other"}
    assert {r["code"] for r in rows_of("posts")} == {r["code"] for r in plan_rows_of("posts")}


def test_units_and_goods_cover_every_kind(records: dict[str, list[dict[str, Any]]]) -> None:
    assert {row["kind"] for row in records["response_unit"]} == set(UnitKind.values)
    assert {row["item"] for row in records["stock"]} == set(StockItem.values) - {"other"}
    assert {row["code"] for row in records["post"]} == {row["code"] for row in rows_of("posts")}


@pytest.mark.parametrize("code", ["340100", "441900"])
def test_any_city_gets_every_type(code: str, tmp_path: Path) -> None:
    now = datetime.fromisoformat("2026-11-21T08:00:00+08:00")
    report = build_pack(code, tmp_path / "city", now=now)
    posts = {row["code"] for row in CityPack.open(tmp_path / "city").records("post")}
    assert {t.key for t in record_types()} - NOT_IN_PACKS == set(report.records)
    assert posts == {row["code"] for row in rows_of("posts")}


def test_facilities_outside_the_city_are_left_out(tmp_path: Path) -> None:
    now = datetime.fromisoformat("2026-11-21T08:00:00+08:00")
    extract = shared_data("osm", "north-bayreuth.osm.gz")
    build_pack("441900", tmp_path / "city", now=now, osm=extract)
    pack = CityPack.open(tmp_path / "city")
    assert all(row["synthetic"] for row in pack.records("fire_station"))


def test_facilities_of_an_extract_replace_synthetic_ones(tmp_path: Path) -> None:
    now = datetime.fromisoformat("2026-11-21T08:00:00+08:00")
    file = tmp_path / "zhangqiu.osm"
    file.write_text(
        """<osm version="0.6">
        <node id="1" lat="36.71" lon="117.53"/><node id="2" lat="36.72" lon="117.54"/>
        <node id="3" lat="36.715" lon="117.535"><tag k="amenity" v="hospital"/>
          <tag k="name" v="测试医院"/><tag k="beds" v="500"/></node>
        <node id="4" lat="36.714" lon="117.534"><tag k="amenity" v="fire_station"/></node>
        <way id="5"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
        </osm>""",
        encoding="utf-8",
    )
    build_pack("370100", tmp_path / "city", now=now, osm=file)
    pack = CityPack.open(tmp_path / "city")
    real = [row for row in pack.records("hospital") if not row["synthetic"]]
    assert [(row["name"], row["beds_total"], row["source"]) for row in real] == [
        ("测试医院", 500, "osm")
    ]
    assert real[0]["division"] == "370114000000"
    stations = {row["station"] for row in pack.records("response_unit") if row["station"]}
    assert stations <= {row["name"] for row in pack.records("fire_station")}
