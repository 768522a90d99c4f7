"""Clusters of cases among the districts of a map: neighbours that rise together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.ops import unary_union

from anlan.forecast.hazards.count_files import WEEK
from anlan.forecast.types import Figure, Footprint, Table
from anlan.science.common.local import to_metres
from anlan.science.detect.scan import CARD, spatial_scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from anlan.forecast.districts import District
    from anlan.forecast.hazards.count_files import Counts
    from anlan.science.detect.scan import Cluster

__all__ = ["Clusters", "find_clusters"]

SIGNIFICANT: Final = 0.05
FEWEST: Final = 4
"""Districts from which circles tell anything."""

LONGEST: Final = {True: 4, False: 14}
"""Longest window in weeks, in days."""

SOURCE: Final = f"{CARD.title_zh} v{CARD.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """The significant clusters, the likeliest first, and the districts they are made of."""

    found: tuple[Cluster, ...]
    districts: tuple[District, ...]
    footprint: Footprint
    table: Table

    def names(self, cluster: Cluster) -> str:
        """Return the districts of a cluster."""
        return "、".join(self.districts[k].name for k in cluster.areas)


def find_clusters(
    counts: Counts,
    expected: NDArray[np.float64],
    districts: Sequence[District],
    *,
    seed: int,
) -> Clusters | None:
    """Return the clusters of all topics together; None where too few districts are on the map.

    Parameters
    ----------
    expected
        Of the latest points of each series.

    Raises
    ------
    ValueError
        If the counts cannot be scanned.
    """
    on_map = [
        (
            d,
            [
                k
                for k, (name, _) in enumerate(counts.groups)
                if name in (d.name, d.code, d.code[:6])
            ],
        )
        for d in districts
    ]
    held = [(d, rows) for d, rows in on_map if rows]
    recent = expected.shape[1]
    if len(held) < FEWEST or counts.values[:, -recent:].sum() < 1:
        return None
    kept = tuple(d for d, _ in held)
    cases = np.stack([counts.values[rows, -recent:].sum(axis=0) for _, rows in held])
    usual = np.stack([expected[rows].sum(axis=0) for _, rows in held])
    middle = [d.area.centroid for d in kept]
    lon, lat = np.array([p.x for p in middle]), np.array([p.y for p in middle])
    east, north = to_metres(lon, lat, lon0=float(lon.mean()), lat0=float(lat.mean()))
    weekly = counts.step == WEEK
    result = spatial_scan(
        east, north, cases, usual, longest=min(LONGEST[weekly], recent), seed=seed
    )
    found = tuple(c for c in result.clusters if c.p < SIGNIFICANT)
    area = unary_union([kept[k].area for c in found for k in c.areas])
    footprint = Footprint(
        key="cluster",
        label=f"时空聚集区县（p < {SIGNIFICANT:g}）",
        threshold=Figure(value=SIGNIFICANT, unit="p 值", source=SOURCE, sign="<"),
        area=area,
        envelope=area,
    )
    unit = "周" if weekly else "日"
    rows = tuple(
        (
            "、".join(kept[k].name for k in c.areas),
            f"近 {recent - c.first} {unit}",
            f"{c.cases:.0f}",
            f"{c.expected:.1f}",
            f"{c.relative_risk:.2f}",
            f"{c.p:.3f}",
        )
        for c in found
    )
    table = Table(
        title="时空聚集（扫描统计）",
        columns=("区县", "时段", "病例", "期望", "相对危险度", "p 值"),
        rows=rows,
        note="期望按病例总数折算；各病种合计；圆形窗口按区县中心",
    )
    return Clusters(found=found, districts=kept, footprint=footprint, table=table)
