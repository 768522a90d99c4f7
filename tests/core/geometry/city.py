"""One random city: sites, buildings and zones, the same on every database."""

from __future__ import annotations

import numpy as np
import shapely

from kit.geodemo.models import Building, Site, Zone

__all__ = ["BOXES", "CENTRE", "SITES", "XY", "clear_city", "make_city"]

SITES = 3000
rng = np.random.default_rng(0)
XY = np.c_[rng.uniform(116.2, 117.8, SITES), rng.uniform(36.0, 37.5, SITES)]
BOXES = [shapely.box(x, y, x + 0.0002, y + 0.0003) for x, y in XY[:1000]]
CENTRE = shapely.Point(117.02, 36.66)


def make_city() -> None:
    Site.objects.bulk_create(
        [
            Site(name=f"s{i}", kind="abcde"[i % 5], level=i % 4 + 1, location=shapely.Point(xy))
            for i, xy in enumerate(XY)
        ]
    )
    Building.objects.bulk_create([Building(name=str(i), outline=g) for i, g in enumerate(BOXES)])
    Zone.objects.bulk_create(
        [
            Zone(name=f"{i}-{j}", area=shapely.box(x, y, x + 0.2, y + 0.25))
            for i, x in enumerate(np.arange(116.2, 117.7, 0.2))
            for j, y in enumerate(np.arange(36, 37.4, 0.25))
        ]
    )


def clear_city() -> None:
    for model in (Site, Building, Zone):
        model.objects.all().delete()
