"""The networks a city lives on as nodes and what each needs: registered, uploaded, or made up.

Registered facilities give the nodes. Who feeds whom is rarely known: without an uploaded table every
node is joined to its nearest substations and exchange, and that is marked 示例.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import MultiPoint
from shapely.ops import unary_union

from anlan.forecast.scenarios import ScenarioError
from anlan.science.common.local import to_lonlat, to_metres
from anlan.science.network.dependency import Supply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.setting import Setting

__all__ = ["SERVICES", "LifelineNode", "Network", "network_of", "people_by_node", "service_areas"]

SERVICES: Final = {
    "power": "供电",
    "communications": "通信",
    "water": "供水",
    "gas": "燃气",
    "heat": "供热",
    "sewage": "排水",
    "data": "数据",
}
SORTS: Final = {
    "substation": "power",
    "power_plant": "power",
    "water_works": "water",
    "sewage_works": "sewage",
    "gas_gate": "gas",
    "heat_source": "heat",
}
"""Kinds of the register and the service they give."""

HOUR: Final = 3600.0
NEEDS: Final = {
    "communications": (("power", 4.0),),
    "water": (("power", 1.0),),
    "gas": (("power", 8.0), ("communications", 24.0)),
    "heat": (("power", 2.0), ("water", 12.0)),
    "sewage": (("power", 1.0),),
    "data": (("power", 8.0), ("communications", 0.0)),
}
"""What a service needs and how many hours it goes on without, where the register says nothing; an
example (示例)."""

FEEDERS: Final = 2
"""Nearest providers, any one of which is enough."""

NEIGHBOURS: Final = 3
"""Substations to which each is joined in the grid that carries the load."""

COLUMNS: Final = ("设施", "需要", "供应者", "备用小时")
EXAMPLE: Final = "示例"


@dataclass(frozen=True, slots=True, kw_only=True)
class LifelineNode:
    """A station of one service."""

    name: str
    service: str
    lon: float
    lat: float
    backup_h: float | None
    working: bool
    serves: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """Nodes, what each needs, and the lines between substations."""

    nodes: tuple[LifelineNode, ...]
    supplies: tuple[Supply, ...]
    grid: NDArray[np.int64]
    made_up: tuple[str, ...]

    def of(self, service: str) -> list[int]:
        """Return the nodes that give a service to customers."""
        return [k for k, n in enumerate(self.nodes) if n.service == service and n.serves]

    @property
    def flat(self) -> NDArray[np.float64]:
        """Return the nodes in metres on a flat map."""
        return _flat(self.nodes)


def network_of(setting: Setting, *, backup_share: float) -> Network:
    """Return the network of the city.

    Raises
    ------
    ScenarioError
        If an uploaded table of dependencies cannot be read.
    """
    nodes = [
        LifelineNode(
            name=f.name,
            service=SORTS[str(f.details.get("sort"))],
            lon=f.lon,
            lat=f.lat,
            backup_h=_hours(f.details.get("backup_h")),
            working=f.details.get("working") is not False,
            serves=f.details.get("sort") != "power_plant",
            source=f.source,
        )
        for f in setting.facilities
        if f.kind == "lifeline_facility" and f.details.get("sort") in SORTS
    ]
    made_up = []
    known = {n.service for n in nodes}
    for service, title in SERVICES.items():
        if service not in known and setting.districts:
            nodes += _invented(setting, service, title)
            made_up.append(f"{title}设施为示例：登记表里没有")
    text = setting.files.get("links", "")
    if text.strip():
        supplies = _uploaded(text, nodes, backup_share)
    else:
        supplies = _nearest(nodes, backup_share)
        made_up.append("依存关系为示例：按最近的变电站和通信枢纽推定，请上传本地依存表")
    return Network(nodes=tuple(nodes), supplies=supplies, grid=_grid(nodes), made_up=tuple(made_up))


def _hours(value: object) -> float | None:
    hours = float(value) if isinstance(value, int | float) else 0.0
    return hours if hours > 0 else None


def _invented(setting: Setting, service: str, title: str) -> list[LifelineNode]:
    """Return one node a district, of data one for the city."""
    districts = setting.districts[:1] if service == "data" else setting.districts
    found = []
    for k, district in enumerate(districts):
        spot = district.area.representative_point()
        shift = 0.004 * (list(SERVICES).index(service) - 3)
        found.append(
            LifelineNode(
                name=f"{district.name}{title}枢纽（{EXAMPLE}{k + 1}）",
                service=service,
                lon=spot.x + shift,
                lat=spot.y,
                backup_h=None,
                working=True,
                serves=True,
                source="示例数据",
            )
        )
    return found


def _flat(nodes: Sequence[LifelineNode]) -> NDArray[np.float64]:
    lon = np.array([n.lon for n in nodes])
    lat = np.array([n.lat for n in nodes])
    return np.stack(to_metres(lon, lat, lon0=lon.mean(), lat0=lat.mean()), axis=-1)


def _nearest(nodes: Sequence[LifelineNode], backup_share: float) -> tuple[Supply, ...]:
    """Join every node to the nearest stations of what its service needs."""
    if not nodes:
        return ()
    flat = _flat(nodes)
    givers = {
        kind: [k for k, n in enumerate(nodes) if n.service == kind and n.serves]
        for kind in ("power", "communications", "water")
    }
    found = []
    for k, node in enumerate(nodes):
        for kind, usual in NEEDS.get(node.service, ()):
            mine = givers[kind]
            if not mine:
                continue
            far = np.hypot(*(flat[mine] - flat[k]).T)
            nearest = np.argsort(far, kind="stable")[:FEEDERS]
            hours = usual if node.backup_h is None or kind != "power" else node.backup_h
            found.append(
                Supply(
                    node=k,
                    kind=kind,
                    providers=tuple(int(mine[i]) for i in nearest),
                    backup=hours * HOUR * backup_share,
                )
            )
    return tuple(found)


def _uploaded(text: str, nodes: Sequence[LifelineNode], backup_share: float) -> tuple[Supply, ...]:
    """Read a table of dependencies: who needs what from whom, and for how long it can go on."""
    rows = csv.DictReader(text.lstrip("\ufeff").splitlines())
    field = "scenario.links"
    missing = [c for c in COLUMNS if c not in (rows.fieldnames or ())]
    if missing:
        raise ScenarioError(field, f"表头为 {'、'.join(COLUMNS)}", "、".join(missing))
    numbers = {n.name: k for k, n in enumerate(nodes)}
    found = []
    for line, row in enumerate(rows, start=2):
        names = [(row["设施"] or "").strip()]
        names += [p.strip() for p in (row["供应者"] or "").split("、") if p.strip()]
        for name in names:
            if name not in numbers:
                raise ScenarioError(field, f"第 {line} 行的设施在登记表中", name)
        if len(names) < 2:
            raise ScenarioError(field, f"第 {line} 行写明供应者", row["供应者"])
        kind = next((k for k, t in SERVICES.items() if t == (row["需要"] or "").strip()), None)
        if kind is None:
            raise ScenarioError(
                field, f"第 {line} 行“需要”为 {'、'.join(SERVICES.values())} 之一", row["需要"]
            )
        try:
            backup = float(row["备用小时"]) * HOUR * backup_share
            found.append(
                Supply(
                    node=numbers[names[0]],
                    kind=kind,
                    providers=tuple(numbers[n] for n in names[1:]),
                    backup=backup,
                )
            )
        except (TypeError, ValueError):
            rule = f"第 {line} 行“备用小时”为 0 至 1440 的数字"
            raise ScenarioError(field, rule, row["备用小时"]) from None
    return tuple(found)


def _grid(nodes: Sequence[LifelineNode]) -> NDArray[np.int64]:
    """Return the lines of the power grid: each station to its nearest ones (示例)."""
    power = [k for k, n in enumerate(nodes) if n.service == "power"]
    if len(power) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    flat = _flat([nodes[k] for k in power])
    count = min(NEIGHBOURS + 1, len(power))
    _far, near = cKDTree(flat).query(flat, k=count)
    pairs = {
        (min(k, int(other)), max(k, int(other)))
        for k, row in enumerate(near)
        for other in row
        if int(other) != k
    }
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def people_by_node(network: Network, setting: Setting) -> NDArray[np.float64]:
    """Return the people for whom a node is the nearest of its service."""
    served = np.zeros(len(network.nodes))
    grid = setting.people
    if grid is None or not network.nodes:
        return served
    lon0 = float(np.mean([n.lon for n in network.nodes]))
    lat0 = float(np.mean([n.lat for n in network.nodes]))
    cells = np.stack(to_metres(grid.lon, grid.lat, lon0=lon0, lat0=lat0), axis=-1)
    flat = network.flat
    for service in SERVICES:
        mine = network.of(service)
        if mine:
            _far, nearest = cKDTree(flat[mine]).query(cells)
            served[mine] += np.bincount(nearest, weights=grid.people, minlength=len(mine))
    return served


def service_areas(network: Network, setting: Setting, service: str) -> dict[int, BaseGeometry]:
    """Return the area nearest to each node of a service, within the city."""
    mine = network.of(service)
    if not mine or not setting.districts:
        return {}
    city = unary_union([d.area for d in setting.districts]).simplify(0.002)
    if len(mine) == 1:
        return {mine[0]: city}
    lon0 = float(np.mean([n.lon for n in network.nodes]))
    lat0 = float(np.mean([n.lat for n in network.nodes]))
    flat = network.flat[mine]
    west, south, east, north = city.bounds
    x, y = to_metres([west, east], [south, north], lon0=lon0, lat0=lat0)
    cells = shapely.voronoi_polygons(
        MultiPoint(flat), extend_to=shapely.box(x[0], y[0], x[1], y[1])
    )
    found = {}
    for cell in cells.geoms:
        inside = shapely.contains_xy(cell, flat[:, 0], flat[:, 1])
        ring = shapely.get_coordinates(cell)
        lonlat = np.stack(to_lonlat(ring[:, 0], ring[:, 1], lon0=lon0, lat0=lat0), axis=-1)
        area = shapely.intersection(shapely.Polygon(lonlat), city)
        for k in np.flatnonzero(inside).tolist():
            found[mine[k]] = area
    return found
