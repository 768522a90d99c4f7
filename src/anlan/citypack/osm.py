"""OpenStreetMap extracts (.osm, .osm.gz, .osm.pbf): the drivable roads and the facilities.

Needs the extra `anlan[osm]`. OpenStreetMap data is © OpenStreetMap contributors, ODbL: what is built
from it must say so, and `build_pack` writes it into the pack's `city.toml`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from anlan.citypack.roads import ROAD_CLASSES, Edges, Roads, assemble_roads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["BrokenExtract", "OsmMissing", "read_facilities", "read_roads"]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG), in [m]."""

NO_ENTRY = {"no", "private"}

FACILITY_TAGS = {
    "amenity": (
        "hospital", "fire_station", "school", "kindergarten", "college", "university", "police",
        "shelter", "community_centre", "fuel", "clinic", "nursing_home",
    ),
    "aeroway": ("helipad",),
    "emergency": ("fire_hydrant", "assembly_point", "ambulance_station"),
    "landuse": ("reservoir",),
}  # fmt: skip
"""Key and values that `read_facilities` returns."""


class OsmMissing(ValueError):
    """The reader of OpenStreetMap files is not installed."""


class BrokenExtract(ValueError):
    """The file is not an OpenStreetMap extract, or a damaged one."""


def _osmium() -> Any:
    try:
        import osmium  # noqa: PLC0415  # an optional dependency
    except ImportError as error:
        raise OsmMissing(
            "读取 OpenStreetMap 文件需要 pyosmium：pip install 'anlan[osm]'"
        ) from error
    return osmium


def read_roads(file: Path) -> Roads:
    """Read the drivable network: nodes are junctions and ends, shapes are kept."""
    osmium = _osmium()
    _must_exist(file)
    reader = (
        osmium.FileProcessor(str(file))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    classes = {name: index for index, name in enumerate(ROAD_CLASSES)}
    ways: list[tuple[int, list[int], int, bool, bool, str]] = []
    place: dict[int, tuple[float, float]] = {}
    uses: Counter[int] = Counter()
    for way in _whole(reader, file):
        tags = way.tags
        road_class = classes.get(tags["highway"])
        if road_class is None or tags.get("access") in NO_ENTRY:
            continue
        chain = []
        for node in way.nodes:
            if node.location.valid():
                chain.append(node.ref)
                place[node.ref] = (node.lon, node.lat)
        if len(chain) < 2:
            continue
        if tags.get("oneway") == "-1":
            chain.reverse()
        is_bridge = tags.get("bridge", "no") != "no"
        name = _visible(tags.get("name") or tags.get("ref") or "")
        ways.append((way.id, chain, road_class, _is_one_way(tags), is_bridge, name))
        uses.update(chain)
        uses.update((chain[0], chain[-1]))  # an end is a junction even if used once
    if not ways:
        raise ValueError(f"文件 {file.name} 里没有机动车道路，请换一个包含 highway 的 OSM 提取文件")
    return _assemble(ways, place, uses)


def _visible(name: str) -> str:
    """Return a name without format characters: the register refuses what nobody sees."""
    return "".join(letter for letter in name if unicodedata.category(letter) != "Cf")


def _is_one_way(tags: Any) -> bool:
    oneway = tags.get("oneway")
    return (
        oneway in {"yes", "true", "1", "-1"}
        or tags.get("junction") in {"roundabout", "circular"}
        or (tags["highway"] == "motorway" and oneway != "no")
    )


def _assemble(
    ways: list[tuple[int, list[int], int, bool, bool, str]],
    place: dict[int, tuple[float, float]],
    uses: Counter[int],
) -> Roads:
    number: dict[int, int] = {}
    name_rows: dict[str, int] = {}
    rows: list[tuple[int, int, float, int, bool, int, int]] = []
    shapes: list[NDArray[np.float64]] = []
    for way_id, chain, road_class, one_way, is_bridge, name in ways:
        xy = np.array([place[n] for n in chain])
        steps = _metres(xy)
        name_row = name_rows.setdefault(name, len(name_rows)) if name else -1
        begin, length = 0, 0.0
        for i, metres in enumerate(steps.tolist(), start=1):
            length += metres
            if uses[chain[i]] < 2:
                continue
            u = number.setdefault(chain[begin], len(number))
            v = number.setdefault(chain[i], len(number))
            rows.append((u, v, length, road_class, is_bridge, name_row, way_id))
            shapes.append(xy[begin + 1 : i])
            if not one_way:
                rows.append((v, u, length, road_class, is_bridge, name_row, way_id))
                shapes.append(xy[begin + 1 : i][::-1])
            begin, length = i, 0.0
    source, target, metres_, kind, bridge, name_index, way = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    edges = Edges(
        edge_from=source.astype(np.int64),
        edge_to=target.astype(np.int64),
        length_m=metres_.astype(np.float64),
        road_class=kind.astype(np.uint8),
        bridge=bridge.astype(np.bool_),
        name_index=name_index.astype(np.int32),
        way_id=way.astype(np.int64),
    )
    nodes = np.array([place[n] for n in number])
    return assemble_roads(nodes[:, 0], nodes[:, 1], edges, list(name_rows), shapes)


def _metres(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chords between successive points on the mean sphere, in [m]."""
    lon, lat = np.radians(xy).T
    unit = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)
    return np.asarray(np.linalg.norm(np.diff(unit, axis=0), axis=1) * EARTH_RADIUS_M)


def read_facilities(file: Path) -> list[dict[str, Any]]:
    """Return the facilities of `FACILITY_TAGS`: kind, name, lon, lat, tags and the OSM element.

    An area is represented by the mean of its corners.
    """
    osmium = _osmium()
    _must_exist(file)
    reader = (
        osmium.FileProcessor(str(file))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.NODE | osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter(*FACILITY_TAGS))
    )
    found = []
    for element in _whole(reader, file):
        kind = next(
            (v for k, vs in FACILITY_TAGS.items() if (v := element.tags.get(k)) in vs), None
        )
        if kind is None:
            continue
        is_node = element.is_node()
        corners = [element] if is_node else [n for n in element.nodes if n.location.valid()]
        if not corners:
            continue
        lon = float(np.mean([c.location.lon if is_node else c.lon for c in corners]))
        lat = float(np.mean([c.location.lat if is_node else c.lat for c in corners]))
        found.append(
            {
                "kind": kind,
                "name": _visible(element.tags.get("name") or ""),
                "lon": round(lon, 7),
                "lat": round(lat, 7),
                "element": f"{'node' if is_node else 'way'}/{element.id}",
                "tags": {tag.k: tag.v for tag in element.tags},
            }
        )
    return found


def _whole(reader: Iterable[Any], file: Path) -> Iterator[Any]:
    """Yield what the reader yields; say what is wrong with the file when it breaks off."""
    try:
        yield from reader
    except RuntimeError as error:  # all that libosmium raises about a file
        raise BrokenExtract(
            f"{file.name} 不是完整的 OpenStreetMap 文件（.osm、.osm.gz、.osm.pbf）：{error}"
        ) from error


def _must_exist(file: Path) -> None:
    if not file.is_file():
        raise FileNotFoundError(f"没有 OpenStreetMap 文件 {file}")
