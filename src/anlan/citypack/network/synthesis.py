"""From people, rivers and towns to a road network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from anlan.citypack.divisions import area_km2
from anlan.citypack.network.hierarchy import CODE, Places, Streets, class_streets, straighten
from anlan.citypack.network.motorways import (
    MotorwayNet,
    lay_motorways,
    motorways_between,
    motorways_of,
)
from anlan.citypack.network.plane import Plane
from anlan.citypack.network.streets import cut_by_rivers, join_neighbours, place_junctions
from anlan.citypack.population import CELL_M, centres_of
from anlan.citypack.rivers import bridges_of, rivers_of
from anlan.citypack.roads import EDGE_FIELDS, Edges, assemble_roads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from anlan.citypack.divisions import Division
    from anlan.citypack.population import Population
    from anlan.citypack.roads import Roads

__all__ = ["synthesise_roads"]

PEOPLE_A_JUNCTION = 120.0
"""One junction for so many residents: 62,246 junctions serve about 1.7 million in the extract of Porto,
a dense European city; a Chinese one has larger blocks. [-]"""

RIVERSIDE_M = 2_500.0
"""Junctions so near a river are not moved when a road is drawn straighter. [m]"""

SHORTEST_M = 1.0
"""Least length of an edge: a ring motorway ends where it begins. [m]"""

JUNCTIONS_RANGE = (6_000, 100_000)
"""Least and most junctions of a city at scale 1. [-]"""


def synthesise_roads(
    code: str,
    divisions: Sequence[Division],
    population: Population,
    rng: np.random.Generator,
    *,
    scale: float = 1.0,
) -> Roads:
    """Return a synthetic network with about one junction for 120 people, times `scale`."""
    city = next(d for d in divisions if d.level == "city")
    if city.boundary is None or city.centre is None:
        raise ValueError(f"{city.name} has no boundary")
    plane = Plane(city.centre.x, city.centre.y)
    wanted = float(np.clip(population.total / PEOPLE_A_JUNCTION, *JUNCTIONS_RANGE)) * scale
    cell_m = CELL_M / np.sqrt(scale)
    cells = plane.to_metres(np.c_[population.lon, population.lat])
    xy = place_junctions(cells, population.people, cell_m, round(wanted), rng)
    xy = np.unique(np.round(xy, 2), axis=0)
    rivers = [
        (shapely.LineString(plane.to_metres(shapely.get_coordinates(r.line))), r.rank == "major")
        for r in rivers_of(code)
    ]
    known_bridges = bridges_of(code)
    bridges = plane.to_metres([(b.lon, b.lat) for b in known_bridges])
    outline = shapely.transform(city.boundary.simplify(0.001), plane.to_metres)
    pairs, is_bridge, bridge_rows = cut_by_rivers(
        xy, join_neighbours(xy), rivers, bridges, outline, rng
    )
    streets = Streets(
        xy=xy,
        pairs=pairs,
        length=np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T),
        road_class=np.zeros(len(pairs), dtype=np.uint8),
        name_index=np.full(len(pairs), -1, dtype=np.int32),
    )
    places = _places(divisions, plane, rng)
    class_streets(streets, places, rng)
    straighten(streets, _near_water(xy, rivers) | _at_places(xy, places))
    for bridge, row in zip(known_bridges, bridge_rows.tolist(), strict=False):
        streets.road_class[row] = min(int(streets.road_class[row]), CODE["primary"])
        streets.name_index[row] = len(streets.names)
        streets.names.append(bridge.name)
    lines = [(m.name, plane.to_metres(m.points)) for m in motorways_of(code)]
    if not lines:
        lines = motorways_between(places.seats, places.seat_names, _largest(divisions))
    on_route = np.unique(pairs[streets.road_class <= CODE["secondary"]]).astype(np.intp)
    net = lay_motorways(lines, outline, streets.xy, on_route)
    return _join(plane, streets, is_bridge, net, rivers)


def _places(divisions: Sequence[Division], plane: Plane, rng: np.random.Generator) -> Places:
    centres = centres_of(divisions, rng)
    name_of = {d.code: d.name for d in divisions}
    named = {
        (d.centre.x, d.centre.y): d.name
        for d in divisions
        if d.level == "township" and d.centre is not None
    }
    seats, seat_names, towns, town_names = [], [], [], []
    for code, places in centres.items():
        seats.append(places[0])
        seat_names.append(name_of[code][0])
        for lon, lat in places.tolist():
            towns.append((lon, lat))
            town_names.append(named.get((lon, lat), name_of[code])[0])
    return Places(plane.to_metres(seats), seat_names, plane.to_metres(towns), town_names)


def _near_water(
    xy: NDArray[np.float64], rivers: Sequence[tuple[shapely.LineString, bool]]
) -> NDArray[np.bool_]:
    """Tell which junctions are so near a river that moving them could change what is a bridge."""
    near = np.zeros(len(xy), dtype=np.bool_)
    for line, _ in rivers:
        shapely.prepare(line)
        near |= shapely.dwithin(line, shapely.points(xy), RIVERSIDE_M)
    return near


def _at_places(xy: NDArray[np.float64], places: Places) -> NDArray[np.bool_]:
    """Tell which junctions are the nearest to a town: roads end there."""
    found = np.zeros(len(xy), dtype=np.bool_)
    found[cKDTree(xy).query(places.towns)[1]] = True
    return found


def _largest(divisions: Sequence[Division]) -> int:
    """Return the row, among the counties, of the one where people live closest together."""
    counties = [d for d in divisions if d.level == "county"] or list(divisions[:1])
    density = [(c.population or 0) / area_km2(c.boundary) if c.boundary else 0.0 for c in counties]
    return int(np.argmax(density))


def _join(
    plane: Plane,
    streets: Streets,
    is_bridge: NDArray[np.bool_],
    net: MotorwayNet,
    rivers: Sequence[tuple[shapely.LineString, bool]],
) -> Roads:
    """Put streets and motorways together, both ways, and assemble."""
    base = len(streets.xy)
    xy = np.concatenate([streets.xy, net.xy])
    links = net.links + np.array([base, 0])
    pairs = np.concatenate([streets.pairs, net.pieces + base, net.junctions + base, links])
    count = [len(net.pieces), len(net.junctions), len(net.links)]
    none = np.full(count[1] + count[2], -1, dtype=np.int32)
    kinds = np.repeat([CODE["motorway"], CODE["motorway_link"], CODE["motorway_link"]], count)
    lines = shapely.linestrings(xy[pairs[len(streets.pairs) :]])
    crosses = np.zeros(len(lines), dtype=np.bool_)
    for line, _ in rivers:
        crosses |= shapely.intersects(line, lines)
    one_way = Edges(
        edge_from=pairs[:, 0],
        edge_to=pairs[:, 1],
        length_m=np.maximum(
            np.round(np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T), 2), SHORTEST_M
        ),
        road_class=np.r_[streets.road_class, kinds].astype(np.uint8),
        bridge=np.r_[is_bridge, crosses],
        name_index=np.r_[streets.name_index, net.name_index + len(streets.names), none].astype(
            np.int32
        ),
        way_id=np.full(len(pairs), -1, dtype=np.int64),
    )
    both = {name: np.tile(getattr(one_way, name), 2) for name in EDGE_FIELDS}
    both["edge_from"] = np.r_[one_way.edge_from, one_way.edge_to]
    both["edge_to"] = np.r_[one_way.edge_to, one_way.edge_from]
    lonlat = np.round(plane.to_degrees(xy), 6)
    return assemble_roads(lonlat[:, 0], lonlat[:, 1], Edges(**both), streets.names + net.names)
