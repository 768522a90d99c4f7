"""A city pack on disk: what is in the folder, how it is read, how it is written.

Reading is lazy and writing is symmetrical: `write_pack(path, CityPack.open(other).contents())` gives the
same pack again, to the last byte of every array. `docs/develop/city-packs.md` describes each file.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from anlan.citypack.divisions import Division
from anlan.citypack.population import Population
from anlan.citypack.rivers import River
from anlan.citypack.roads import Roads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "FORMAT",
    "TERRAIN_FILES",
    "CityInfo",
    "CityPack",
    "NotAPack",
    "PackContents",
    "terrain_file",
    "write_pack",
]

FORMAT = 1
"""Version of the folder's layout; raised when an older reader would misread a newer pack. [-]"""

CRS = "EPSG:4326"

TERRAIN_FILES = ("terrain.tif", "terrain.tiff", "terrain.asc")
"""Heights that a bureau may put into the folder; the first that is there counts."""


class NotAPack(ValueError):
    """The folder is not a city pack that this version can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityInfo:
    """What `city.toml` says.

    Parameters
    ----------
    code, name : str
        Six-digit code and Chinese name of the prefecture.
    bbox : tuple of float
        West, south, east, north of the boundary, WGS 84, in [deg].
    population : int
        Residents. [-]
    built_at : datetime
        When the pack was built, with a time zone.
    seed : int
        Seed of everything synthetic. [-]
    scale : float
        1 for the real density; 10 for a grid and network ten times larger (benchmarks). [-]
    sources : dict of str to str
        Part of the pack → where it comes from.
    synthetic : dict of str to str
        Part of the pack → what about it is not real, in Chinese, for the map and every export.
    """

    code: str
    name: str
    bbox: tuple[float, float, float, float]
    population: int
    built_at: datetime
    seed: int
    scale: float = 1.0
    sources: Mapping[str, str] = field(default_factory=dict)
    synthetic: Mapping[str, str] = field(default_factory=dict)
    crs: str = CRS


@dataclass(frozen=True, slots=True, kw_only=True)
class PackContents:
    """Everything that a pack holds, in memory."""

    info: CityInfo
    divisions: Sequence[Division]
    population: Population
    roads: Roads
    rivers: Sequence[River]
    records: Mapping[str, Sequence[dict[str, Any]]]
    terrain: Path | None = None
    """File of heights that a bureau put in; it is copied, not read."""


class CityPack:
    """A city pack in a folder. Parts are read when they are first asked for."""

    def __init__(self, path: Path, info: CityInfo) -> None:
        self.path = path
        self.info = info

    @classmethod
    def open(cls, path: Path) -> CityPack:
        """Open the pack in a folder.

        Raises
        ------
        NotAPack
            If the folder has no `city.toml`, or one that this version cannot read.
        """
        file = Path(path) / "city.toml"
        if not file.is_file():
            raise NotAPack(f"{path} 里没有 city.toml，请先运行 anlan city build 生成城市数据包")
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            version = table.pop("format")
            table["bbox"] = tuple(table["bbox"])
            info = CityInfo(**table)
        except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
            raise NotAPack(f"{file} 读不出来：{error}") from error
        if version != FORMAT:
            raise NotAPack(
                f"{file} 的格式版本是 {version}，本程序读 {FORMAT}；请重新生成城市数据包"
            )
        return cls(Path(path), info)

    @cached_property
    def divisions(self) -> list[Division]:
        """Return city, counties and townships in code order."""
        return [_division(feature) for feature in self._features("divisions.geojson")]

    @cached_property
    def population(self) -> Population:
        """Return people on a grid."""
        return Population(**self._arrays("population.npz"))

    @cached_property
    def roads(self) -> Roads:
        """Return the road network."""
        return Roads(**self._arrays("roads.npz"))

    @property
    def terrain(self) -> Path | None:
        """Return the file of heights that the bureau put in; None where there is none."""
        return terrain_file(self.path)

    @cached_property
    def rivers(self) -> list[River]:
        """Return the rivers for the map."""
        return [
            River(line=cast("shapely.LineString", _shape(feature)), **feature["properties"])
            for feature in self._features("rivers.geojson")
        ]

    @property
    def record_keys(self) -> list[str]:
        """Return the record types that the pack has, in order."""
        return sorted(file.stem for file in (self.path / "records").glob("*.geojson"))

    def records(self, key: str) -> Iterator[dict[str, Any]]:
        """Yield the records of one type; `location` and other places are shapely geometries.

        Raises
        ------
        KeyError
            If the pack has no records of this type.
        """
        file = self.path / "records" / f"{key}.geojson"
        if not file.is_file():
            raise KeyError(f"{self.path} has no records of the type {key!r}")
        table = json.loads(file.read_text(encoding="utf-8"))
        place = table["geometry_field"]
        for feature in table["features"]:
            row = dict(feature["properties"])
            if (shape := _shape(feature)) is not None:
                row[place] = shape
            yield row

    def contents(self) -> PackContents:
        """Read everything."""
        return PackContents(
            info=self.info,
            divisions=self.divisions,
            population=self.population,
            roads=self.roads,
            rivers=self.rivers,
            terrain=self.terrain,
            records={key: list(self.records(key)) for key in self.record_keys},
        )

    def _arrays(self, name: str) -> dict[str, Any]:
        with np.load(self.path / name, allow_pickle=False) as arrays:
            return {key: arrays[key] for key in arrays.files}

    def _features(self, name: str) -> list[dict[str, Any]]:
        text = (self.path / name).read_text(encoding="utf-8")
        found: list[dict[str, Any]] = json.loads(text)["features"]
        return found


def terrain_file(folder: Path) -> Path | None:
    """Return the file of heights in the folder of a pack; None where there is none."""
    return next((folder / name for name in TERRAIN_FILES if (folder / name).is_file()), None)


def write_pack(path: Path, contents: PackContents) -> None:
    """Write a pack into a folder that then replaces the old one at once.

    Everything is written into a new folder beside it, which is renamed when it is complete: an
    interrupted write leaves the old pack as it was. Terrain that `contents` does not bring is kept
    from the old folder.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and any(path.iterdir()) and not (path / "city.toml").is_file():
        raise NotAPack(f"{path} 不是城市数据包，里面有别的文件，不会覆盖；请换一个文件夹")
    building = Path(mkdtemp(prefix=f".{path.name}.building-", dir=path.parent))
    try:
        building.chmod(0o755)
        _write_into(building, contents)
        terrain = contents.terrain or terrain_file(path)
        if terrain is not None:
            shutil.copy2(terrain, building / terrain.name)
        if path.exists():
            old = building.with_name(building.name + ".old")
            path.rename(old)
            building.rename(path)
            shutil.rmtree(old)
        else:
            building.rename(path)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write_into(folder: Path, contents: PackContents) -> None:
    (folder / "records").mkdir()
    _write_features(
        folder / "divisions.geojson", [_division_feature(d) for d in contents.divisions]
    )
    _write_features(folder / "rivers.geojson", [_river_feature(r) for r in contents.rivers])
    _write_arrays(folder / "population.npz", contents.population)
    _write_arrays(folder / "roads.npz", contents.roads)
    for key, rows in contents.records.items():
        place = _geometry_field(rows)
        features = [_record_feature(row, place) for row in rows]
        _write_features(folder / "records" / f"{key}.geojson", features, geometry_field=place)
    (folder / "city.toml").write_text(
        _toml(contents.info), encoding="utf-8"
    )  # last: now it is whole


def _write_arrays(file: Path, parts: Population | Roads) -> None:
    np.savez_compressed(file, **{f.name: getattr(parts, f.name) for f in fields(parts)})


def _write_features(file: Path, features: list[dict[str, Any]], **members: str) -> None:
    head = json.dumps({"type": "FeatureCollection", **members}, ensure_ascii=False)[:-1]
    lines = [json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features]
    file.write_text(f'{head}, "features": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def _shape(feature: dict[str, Any]) -> BaseGeometry | None:
    return shapely.geometry.shape(feature["geometry"]) if feature["geometry"] else None


def _division(feature: dict[str, Any]) -> Division:
    values = dict(feature["properties"])
    centre = values.pop("centre")
    return Division(
        boundary=cast("shapely.MultiPolygon | None", _shape(feature)),
        centre=shapely.Point(centre) if centre else None,
        **values,
    )


def _division_feature(division: Division) -> dict[str, Any]:
    values = {f.name: getattr(division, f.name) for f in fields(division)}
    boundary, centre = values.pop("boundary"), values.pop("centre")
    values["centre"] = [centre.x, centre.y] if centre is not None else None
    return _feature(boundary, values)


def _river_feature(river: River) -> dict[str, Any]:
    values = {f.name: getattr(river, f.name) for f in fields(river)}
    return _feature(values.pop("line"), values)


def _record_feature(row: dict[str, Any], place: str) -> dict[str, Any]:
    return _feature(row.get(place), {key: value for key, value in row.items() if key != place})


def _feature(geometry: BaseGeometry | None, properties: dict[str, Any]) -> dict[str, Any]:
    shape = shapely.geometry.mapping(geometry) if geometry is not None else None
    return {"type": "Feature", "geometry": shape, "properties": properties}


def _geometry_field(rows: Sequence[dict[str, Any]]) -> str:
    """Return the one field of these records that holds a geometry."""
    found = {k for row in rows for k, v in row.items() if isinstance(v, BaseGeometry)}
    if len(found) > 1:
        raise ValueError(f"a record may have one geometry, got {sorted(found)}")
    return found.pop() if found else "location"


def _toml(info: CityInfo) -> str:
    values = {f.name: getattr(info, f.name) for f in fields(info)}
    tables = {key: values.pop(key) for key in ("sources", "synthetic")}
    lines = [
        "# A city pack of Anlan; docs/develop/city-packs.md describes it.",
        f"format = {FORMAT}",
    ]
    lines += [f"{key} = {_toml_value(value)}" for key, value in values.items()]
    for key, table in tables.items():
        lines += [
            "",
            f"[{key}]",
            *(f"{name} = {_toml_value(text)}" for name, text in table.items()),
        ]
    return "\n".join(lines) + "\n"


def _toml_value(value: object) -> str:
    """Write a value as TOML; the text of strings, numbers and lists is that of JSON."""
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
