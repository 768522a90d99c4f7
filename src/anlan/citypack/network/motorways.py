"""Motorways: their own line of nodes, joined to the streets only at interchanges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from anlan.citypack.rivers import parse_points
from anlan.citypack.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Motorway", "MotorwayNet", "lay_motorways", "motorways_between", "motorways_of"]

NODE_EVERY_M = 1_500.0
INTERCHANGE_EVERY = 4
"""One node in so many is an interchange. [-]"""

JUNCTION_REACH_M = 3_000.0
"""The end of a motorway joins another one within this distance, in [m]."""

INTERCHANGE_REACH_M = 6_000.0
"""An interchange reaches for a street up to this far, in [m]."""

LONG_ENOUGH_M = 25_000.0
MOTORWAYS_ALLOWED = 6


@dataclass(frozen=True, slots=True)
class Motorway:
    """A course, WGS 84 [deg], and its name."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class MotorwayNet:
    """Nodes of all motorways [m], undirected pieces between them, and links to street nodes.

    `pieces` are rows of `xy`; `links` are a row of `xy` and a row of the streets' nodes;
    `name_index` has the row of `names` for every piece.
    """

    xy: NDArray[np.float64]
    pieces: NDArray[np.int64]
    junctions: NDArray[np.int64]
    links: NDArray[np.int64]
    name_index: NDArray[np.int32]
    names: list[str]


def motorways_of(code: str) -> list[Motorway]:
    """Return the motorways that we have typed for a prefecture."""
    return [
        Motorway(row["name"], parse_points(row["points"]))
        for row in rows_of("motorways")
        if row["city"] == code
    ]


def motorways_between(
    seats: NDArray[np.float64], names: Sequence[str], centre: int
) -> list[tuple[str, NDArray[np.float64]]]:
    """Return straight synthetic motorways from the largest place to far ones, in [m]."""
    away = np.hypot(*(seats - seats[centre]).T)
    far = [i for i in np.argsort(-away, kind="stable").tolist() if away[i] > LONG_ENOUGH_M]
    return [
        (f"{names[centre]}{names[i]}高速", np.stack([seats[centre], seats[i]]))
        for i in far[:MOTORWAYS_ALLOWED]
    ]


def lay_motorways(
    lines: Sequence[tuple[str, NDArray[np.float64]]],
    inside: shapely.Geometry,
    street_nodes: NDArray[np.float64],
    candidates: NDArray[np.intp],
) -> MotorwayNet:
    """Lay motorways over the city.

    Parameters
    ----------
    lines : sequence of (name, points)
        Courses on the plane. [m]
    inside : shapely.Geometry
        The city on the plane: pieces outside it are left out. [m]
    street_nodes : ndarray, shape (nodes, 2)
        Junctions of the streets. [m]
    candidates : ndarray
        Rows of the junctions where an interchange may join, those on larger roads. [-]
    """
    nodes: list[NDArray[np.float64]] = []
    pieces: list[tuple[int, int, int]] = []
    ends: list[tuple[int, int]] = []
    interchanges: list[int] = []
    owner: list[int] = []
    shapely.prepare(inside)
    for line, (_, points) in enumerate(lines):
        course = shapely.LineString(points)
        steps = max(2, round(course.length / NODE_EVERY_M) + 1)
        along = shapely.line_interpolate_point(course, np.linspace(0.0, course.length, steps))
        xy = shapely.get_coordinates(along)
        keep = shapely.contains_xy(inside, xy[:, 0], xy[:, 1])
        rows = len(owner) + np.cumsum(keep) - 1
        pieces += [
            (int(rows[i]), int(rows[i + 1]), line) for i in np.flatnonzero(keep[:-1] & keep[1:])
        ]
        nodes.append(xy[keep])
        owner += [line] * int(keep.sum())
        mine = rows[keep].tolist()
        ends += [(row, line) for row in mine[:1] + mine[-1:]]
        interchanges += mine[::INTERCHANGE_EVERY] + mine[-1:]
    xy = np.concatenate([*nodes, np.empty((0, 2))])
    piece = np.array(pieces, dtype=np.int64).reshape(-1, 3)
    return MotorwayNet(
        xy=xy,
        pieces=piece[:, :2],
        junctions=_junctions(xy, np.array(owner, dtype=np.int64), ends),
        links=_links(xy, sorted(set(interchanges)), street_nodes, candidates),
        name_index=piece[:, 2].astype(np.int32),
        names=[name for name, _ in lines],
    )


def _junctions(
    xy: NDArray[np.float64], owner: NDArray[np.int64], ends: Sequence[tuple[int, int]]
) -> NDArray[np.int64]:
    """Join the ends of each motorway to the nearest node of another one."""
    found = []
    for row, line in ends:
        others = np.flatnonzero(owner != line)
        if len(others) == 0:
            continue
        gap = np.hypot(*(xy[others] - xy[row]).T)
        nearest = int(others[gap.argmin()])
        if gap.min() <= JUNCTION_REACH_M:
            found.append((min(row, nearest), max(row, nearest)))
    return np.array(sorted(set(found)), dtype=np.int64).reshape(-1, 2)


def _links(
    xy: NDArray[np.float64],
    interchanges: Sequence[int],
    street_nodes: NDArray[np.float64],
    candidates: NDArray[np.intp],
) -> NDArray[np.int64]:
    if len(interchanges) == 0 or len(candidates) == 0:
        return np.empty((0, 2), dtype=np.int64)
    rows = np.array(interchanges)
    gap, nearest = cKDTree(street_nodes[candidates]).query(xy[rows])
    near = gap <= INTERCHANGE_REACH_M
    return np.stack([rows[near], candidates[nearest[near]]], axis=1).astype(np.int64)
