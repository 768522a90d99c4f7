"""What may be assigned, what is refused, and that the index follows every kind of write."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import modelform_factory

from anlan.core.geometry import GeometryField, MultiPolygonField, PointField
from kit.geodemo.models import Building, Site, Zone

pytestmark = pytest.mark.django_db

WINDOW = (99, 19, 101, 21)
POINT = shapely.Point(117, 36.5)


def site(location: Any, kind: str = "t") -> Site:
    return Site.objects.create(name="test", kind=kind, location=location)


def test_the_index_follows_save_update_and_bulk_update() -> None:
    row = site((117, 36))
    row.location = shapely.Point(100, 20)
    row.save()
    assert Site.objects.filter(location__bbox=WINDOW).get() == row
    Site.objects.filter(pk=row.pk).update(location=shapely.Point(100.5, 20))
    assert Site.objects.filter(location__bbox=(100.4, 19, 101, 21)).get() == row
    row.location = shapely.Point(100.6, 20)
    Site.objects.bulk_update([row], ["location"])
    assert Site.objects.filter(location__bbox=(100.55, 19, 101, 21)).get() == row
    Site.objects.filter(pk=row.pk).update(location=None)
    assert not Site.objects.filter(location__bbox=WINDOW).exists()


def test_the_index_follows_a_rollback_and_a_delete() -> None:
    row = site((100, 20))
    with pytest.raises(KeyError), transaction.atomic():
        row.delete()
        raise KeyError
    assert Site.objects.filter(location__bbox=WINDOW).count() == 1
    Site.objects.filter(location__bbox=WINDOW).delete()
    assert not Site.objects.filter(location__bbox=WINDOW).exists()


def test_null_and_empty_are_kept_and_never_found() -> None:
    nothing, empty = site(None), site(shapely.Point())
    world = shapely.box(-180, -90, 180, 90)
    assert not Site.objects.filter(location__intersects=world).exists()
    assert Site.objects.filter(location__isnull=True).get() == nothing
    assert Site.objects.get(pk=empty.pk).location.is_empty
    site((117, 36))
    assert not Site.objects.filter(location__intersects=shapely.Polygon()).exists()


@pytest.mark.parametrize(
    "value",
    [
        '{"type":"Point","coordinates":[117,36.5]}',
        '{"type":"Feature","geometry":{"type":"Point","coordinates":[117,36.5]},"properties":{}}',
        {"type": "Point", "coordinates": [117, 36.5]},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [117, 36.5]}},
        "POINT (117 36.5)",
        "SRID=4326;POINT (117 36.5)",
        shapely.to_wkb(POINT),
        shapely.to_wkb(POINT, hex=True),
        (117, 36.5),
        [117, 36.5],
    ],
)
def test_a_value_comes_in_many_forms(value: Any) -> None:
    row = site(value)
    assert row.location == POINT
    assert Site.objects.get(pk=row.pk).location == POINT
    assert Site.objects.filter(location=POINT).count() == 1


NOT_GEOMETRY = [7, "point of no return", "{", "[]", {"type": "Dog"}, (1, 2, 3)]


@pytest.mark.parametrize("value", [*NOT_GEOMETRY, '{"a":' * 3000])
def test_what_is_no_geometry_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        PointField().to_python(value)


def test_a_simple_geometry_is_promoted_and_another_type_refused() -> None:
    zone = Zone.objects.create(name="promoted", area=shapely.box(110, 30, 111, 31))
    assert Zone.objects.get(pk=zone.pk).area.geom_type == "MultiPolygon"
    with pytest.raises(ValueError, match="location: expected Point, got Polygon"):
        site(shapely.box(0, 0, 1, 1))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Site(name="x", kind="a", location=shapely.box(0, 0, 1, 1)), "expected Point"),
        (Site(name="x", kind="a", location=shapely.Point(36.6, 117.0)), "坐标超出"),
        (Site(name="x", kind="a", location=shapely.Point(float("inf"), 0)), "无效"),
        (Building(name="x", outline=shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), "无效"),
    ],
    ids=["wrong type", "latitude first", "infinite", "bow tie"],
)
def test_a_form_is_told_what_is_wrong(row: Site | Building, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        row.full_clean()


def test_a_form_takes_text_and_shows_geojson() -> None:
    form = modelform_factory(Site, fields=["name", "kind", "level", "location"])
    data = {"name": "f", "kind": "a", "level": 1, "location": "POINT (117 36)"}
    assert form(data).is_valid()
    assert form(data | {"location": ""}).is_valid()
    assert "location" in form(data | {"location": "point of no return"}).errors
    assert "&quot;Point&quot;" in str(form(instance=Site(location=POINT))["location"])


def test_a_dump_can_be_loaded() -> None:
    row = site((117.25, 36.75))
    text = serializers.serialize("json", [row])
    row.delete()
    for loaded in serializers.deserialize("json", text):
        loaded.save()
    assert Site.objects.get(name="test").location == shapely.Point(117.25, 36.75)


def test_a_migration_names_only_what_differs() -> None:
    assert PointField().deconstruct()[3] == {}
    field = GeometryField(geom_type="LineString", srid=4490, spatial_index=False)
    assert field.deconstruct()[3] == {
        "geom_type": "LineString",
        "srid": 4490,
        "spatial_index": False,
    }
    # What migrations written before said more loudly is the same field.
    assert MultiPolygonField(geom_type="MultiPolygon", srid=4326).deconstruct()[3] == {}
