"""Every lookup against Shapely on the same random data.

So a wrong index or predicate cannot hide. The same file runs on PostGIS: see ../test_on_postgres.py.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
import shapely.affinity
from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from core.geometry.city import BOXES, CENTRE, SITES, XY
from kit.geodemo.models import Building, Site, Zone

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def keys(queryset: QuerySet[Any]) -> set[int]:
    return set(queryset.values_list("pk", flat=True))


def random_windows(n: int) -> list[BaseGeometry]:
    rng = np.random.default_rng(5)
    return [
        shapely.Point(rng.uniform(116.3, 117.7), rng.uniform(36.1, 37.4)).buffer(
            rng.uniform(0.005, 0.2), quad_segs=3
        )
        for _ in range(n)
    ]


@pytest.mark.parametrize("name", ["intersects", "within", "contains"])
def test_a_predicate_agrees_with_shapely(name: str) -> None:
    rows = list(Building.objects.values_list("pk", "outline"))
    pk, shapes = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    for window in random_windows(12):
        expected = set(pk[getattr(shapely, name)(shapes, window)].tolist())
        assert keys(Building.objects.filter(**{f"outline__{name}": window})) == expected
        inside = Building.objects.filter(**{f"outline__{name}": window}).count()
        outside = Building.objects.exclude(**{f"outline__{name}": window}).count()
        assert inside + outside == len(BOXES)


def test_a_window_is_exact_although_the_index_is_not() -> None:
    rows = list(Building.objects.values_list("pk", "outline"))
    pk, boxes = np.array([r[0] for r in rows]), shapely.bounds([r[1] for r in rows])
    for window in random_windows(12):
        x0, y0, x1, y1 = window.bounds
        hits = (boxes[:, 0] <= x1) & (boxes[:, 2] >= x0) & (boxes[:, 1] <= y1) & (boxes[:, 3] >= y0)
        assert keys(Building.objects.filter(outline__bbox=window.bounds)) == set(pk[hits].tolist())


def test_a_building_contains_its_middle() -> None:
    for pk, outline in Building.objects.values_list("pk", "outline")[:10]:
        assert pk in keys(Building.objects.filter(outline__contains=shapely.centroid(outline)))


@pytest.mark.parametrize("factor", [1.0, 0.1])
def test_points_are_found_in_a_polygon_of_many_vertices(factor: float) -> None:
    angle = np.linspace(0, 2 * math.pi, 400)
    radius = 0.35 * (1 + 0.2 * np.sin(9 * angle))
    star = shapely.Polygon(np.c_[117 + radius * np.cos(angle), 36.75 + radius * np.sin(angle)])
    polygon = shapely.affinity.scale(star, factor, factor)
    expected = int(shapely.intersects_xy(polygon, XY[:, 0], XY[:, 1]).sum())
    assert Site.objects.filter(location__intersects=polygon).count() == expected > 0


def test_distances_are_those_on_the_ellipsoid() -> None:
    from pyproj import Geod

    there = np.full(SITES, CENTRE.x), np.full(SITES, CENTRE.y)
    metres = Geod(ellps="WGS84").inv(XY[:, 0], XY[:, 1], *there)[2]
    for radius in (500, 3000, 20000):
        found = Site.objects.filter(location__dwithin=(CENTRE, radius)).count()
        assert (metres < radius * 0.9999).sum() <= found <= (metres < radius * 1.0001).sum()


def test_two_radii_about_one_point_are_two_lookups() -> None:
    near, far = (Q(location__dwithin=(CENTRE, metres)) for metres in (1000, 20000))
    count = Site.objects.filter
    assert count(near & far).count() == count(near).count() < count(far).count()
    assert count(near | far).count() == count(far).count()
    a, b = (Site.objects.filter(q).query.where.children[0] for q in (near, far))
    assert a != b


def test_distance_to_an_empty_geometry_is_unknown() -> None:
    Site.objects.create(name="empty", kind="z", location=shapely.Point())
    assert not Site.objects.filter(kind="z", location__dwithin=(CENTRE, 1e7)).exists()


def test_sites_are_counted_in_zones_by_a_join() -> None:
    inside = (
        Site.objects.filter(location__within=OuterRef("area"))
        .order_by()
        .values(one=F("level") * 0)
        .annotate(n=Count("pk"))
        .values("n")
    )
    counted = dict(Zone.objects.annotate(n=Subquery(inside)).values_list("pk", "n"))
    for pk, area in Zone.objects.values_list("pk", "area"):
        assert (counted[pk] or 0) == int(shapely.contains_xy(area, XY[:, 0], XY[:, 1]).sum())


def test_windows_and_distances_take_another_column() -> None:
    zones = Zone.objects.filter(pk=OuterRef("pk"), area__bbox=F("area"))
    assert Zone.objects.annotate(n=Subquery(zones.values("pk")[:1])).exclude(n=None).count() == 48
    zone = Zone.objects.order_by("pk").first()
    assert zone is not None
    assert Zone.objects.filter(pk=zone.pk, area__dwithin=(F("area"), 1)).exists()


def test_the_index_is_used() -> None:
    def plan() -> str:
        return Site.objects.filter(location__bbox=(116.9, 36.6, 117.0, 36.7)).explain()

    if connection.vendor == "sqlite":
        assert "VIRTUAL TABLE" in plan()
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan=off")
            assert "geodemo_site_location_gist" in plan()
