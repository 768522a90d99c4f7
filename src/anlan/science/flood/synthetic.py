"""An invented ground for a city without a terrain model: rivers, plain, hills. Marked synthetic.

    terrain = SyntheticTerrain(rivers=[RiverCourse(points=…, major=True), …], seed=1)
    grid = terrain.around(117.02, 36.66, width=8000.0, cell_size=30.0)   # as `Terrain.around`

Rivers fall downstream, the land rises away from them, hills stand far from the large ones, and
streams are cut into the ground. The height depends on the place alone, not on the grid that is
asked for: a coarse and a fine run see the same ground. It shows how the flood models work; it says
nothing about where water goes in the real city.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from anlan.science.common.local import to_metres
from anlan.science.flood.terrain import TerrainGrid, grid_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["SOURCE", "RiverCourse", "SyntheticTerrain"]

SOURCE = "合成地形（示例数据，按河流走向生成，不是实测高程）"

SPACING = 25.0
"""Distance between the points that stand for a course. [m]"""

JOINS = 3000.0
"""A stream that ends within this distance of a large river runs into it. [m]"""

MOUTH = 20.0
"""Level of the bed where a river leaves the map. [m]"""

HILLS_FROM, HILLS_FULL = 8_000.0, 30_000.0
"""Distance from large rivers over which the hills grow to their height. [m]"""

BESIDE = 4_000.0
"""Distance from any river at which the hills are no longer held down. [m]"""


@dataclass(frozen=True, slots=True)
class _Kind:
    fall: float  # of the bed, downstream [m/m]
    rise: float  # of the land, away from the river [m/m]
    half_width: float  # of the channel [m]
    cut: float  # of the bed below the banks [m]
    dike: float  # above the land behind it [m]


MAJOR = _Kind(fall=1e-4, rise=8e-4, half_width=250.0, cut=5.0, dike=4.0)
MINOR = _Kind(fall=8e-4, rise=3e-3, half_width=30.0, cut=3.0, dike=0.0)


@dataclass(frozen=True, slots=True)
class RiverCourse:
    """A river as a line.

    Parameters
    ----------
    points : ndarray
        Longitude and latitude, shape (n, 2), downstream, WGS 84. [deg]
    major : bool
        Whether it is a large one with dikes. [-]
    """

    points: NDArray[np.float64]
    major: bool = False


@dataclass(frozen=True, slots=True)
class _Bed:
    tree: cKDTree
    level: NDArray[np.float64]
    kind: _Kind
    major: bool


class SyntheticTerrain:
    """Invented ground around given rivers.

    Parameters
    ----------
    rivers : sequence of RiverCourse
        Courses; none for a plain with hills. [-]
    seed : int
        Of the hills; the same seed gives the same ground. [-]
    hills : float
        Height of the hills far from large rivers, 0 to 2000. [m]

    Raises
    ------
    ValueError
        If a course is not a line in degrees, or `hills` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> river = RiverCourse(np.array([[117.0, 36.7], [117.2, 36.7]]), major=True)
    >>> ground = SyntheticTerrain(rivers=[river], seed=1)
    >>> far, near = ground.sample([117.1, 117.1], [36.6, 36.7])
    >>> bool(far > near)
    True
    """

    synthetic = True
    source = SOURCE

    def __init__(
        self, *, rivers: Sequence[RiverCourse] = (), seed: int = 0, hills: float = 300.0
    ) -> None:
        if not 0.0 <= hills <= 2000.0:
            raise ValueError(f"hills must be between 0 and 2000 m, got {hills!r}")
        self.seed = int(seed)
        self.hills = float(hills)
        courses = [np.asarray(river.points, dtype=np.float64) for river in rivers]
        for points in courses:
            if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2:
                raise ValueError(f"points of a river must have shape (n, 2), got {points.shape}")
            if not np.all((np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 80)):
                raise ValueError("points of a river must be lon, lat deg")
        every = np.concatenate(courses) if courses else np.array([[117.0, 36.65]])
        # one flat map for all grids, so that a place has one height
        self._lon0, self._lat0 = (float(v) for v in every.mean(axis=0))
        self._beds: list[_Bed] = []
        for river in sorted(rivers, key=lambda r: not r.major):
            self._beds.append(self._bed(river))

    def _flat(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        return np.stack(to_metres(lon, lat, lon0=self._lon0, lat0=self._lat0), axis=-1)

    def _bed(self, river: RiverCourse) -> _Bed:
        kind = MAJOR if river.major else MINOR
        points = np.asarray(river.points, dtype=np.float64)
        line = self._flat(points[:, 0], points[:, 1])
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        marks = np.linspace(0.0, along[-1], max(int(along[-1] / SPACING), 1) + 1)
        dense = np.stack([np.interp(marks, along, line[:, k]) for k in (0, 1)], axis=-1)
        mouth = MOUTH
        for other in self._beds:
            distance, nearest = other.tree.query(dense[-1])
            if other.major and distance < JOINS:
                mouth = float(other.level[nearest])
        level = mouth + kind.fall * (marks[-1] - marks)
        return _Bed(cKDTree(dense), level, kind, river.major)

    def sample(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Return heights at places.

        Parameters
        ----------
        lon, lat : array_like
            WGS 84. [deg]

        Returns
        -------
        ndarray
            Height above an invented datum. [m]
        """
        x, y = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
        flat = self._flat(x.ravel(), y.ravel())
        valley = np.full(len(flat), np.inf)
        cut = np.full(len(flat), np.inf)
        large = np.full(len(flat), np.inf)
        any_river = np.full(len(flat), np.inf)
        crest = np.full(len(flat), -np.inf)
        for bed in self._near(flat):
            distance, nearest = bed.tree.query(flat)
            level = bed.level[nearest]
            kind = bed.kind
            bank = level + kind.cut
            away = np.maximum(distance - kind.half_width, 0.0)
            valley = np.minimum(valley, bank + kind.rise * away)
            dike = kind.dike * np.clip(1.0 - np.abs(away - 60.0) / 60.0, 0.0, 1.0)
            crest = np.maximum(crest, np.where(dike > 0, bank + dike, -np.inf))
            shape = np.clip(distance / kind.half_width, 0.0, 1.0) ** 4
            inside = distance < kind.half_width
            cut = np.minimum(cut, np.where(inside, level + kind.cut * shape, np.inf))
            if bed.major:
                large = np.minimum(large, distance)
            any_river = np.minimum(any_river, distance)
        if not self._beds:
            valley[:] = MOUTH
        grown = _smooth((large - HILLS_FROM) / (HILLS_FULL - HILLS_FROM))
        beside = _smooth((any_river - 2.0 * MINOR.half_width) / (BESIDE - 2.0 * MINOR.half_width))
        height = valley + self.hills * grown * beside * self._noise(flat, 9_000.0, octaves=4)
        # small unevenness of the plain, without which water stands still everywhere
        height += 0.8 * beside * self._noise(flat, 700.0, octaves=2)
        height = np.minimum(np.maximum(height, crest), cut)
        return np.asarray(height.reshape(x.shape), dtype=np.float64)

    def _near(self, flat: NDArray[np.float64]) -> list[_Bed]:
        """Return the rivers that can shape these places: the others lie too far and too high."""
        centre = (flat.min(axis=0) + flat.max(axis=0)) / 2.0
        reach = float(np.hypot(*(flat - centre).T).max())
        away = np.array([float(bed.tree.query(centre)[0]) for bed in self._beds])
        bank = [bed.level + bed.kind.cut for bed in self._beds]
        rise = np.array([bed.kind.rise for bed in self._beds])
        lowest = np.array([b.min() for b in bank]) + rise * np.maximum(away - reach, 0.0)
        lowest -= rise * MAJOR.half_width
        highest = np.array([b.max() for b in bank]) + rise * (away + reach)
        ceiling = highest.min(initial=np.inf)
        return [
            bed
            for bed, low, distance in zip(self._beds, lowest, away, strict=True)
            if low <= ceiling or distance - reach < (HILLS_FULL if bed.major else BESIDE)
        ]

    def _noise(
        self, flat: NDArray[np.float64], size: float, *, octaves: int
    ) -> NDArray[np.float64]:
        """Return smooth noise between 0 and 1 from a hash of the lattice points around."""
        total, weight, out = 0.0, 1.0, np.zeros(len(flat))
        for octave in range(octaves):
            scaled = flat / size
            corner = np.floor(scaled).astype(np.int64)
            t = scaled - corner
            t = t * t * (3.0 - 2.0 * t)
            value = np.zeros(len(flat))
            for a in (0, 1):
                for b in (0, 1):
                    share = (t[:, 0] if a else 1 - t[:, 0]) * (t[:, 1] if b else 1 - t[:, 1])
                    value += share * _hash(corner[:, 0] + a, corner[:, 1] + b, self.seed + octave)
            out += weight * value
            total += weight
            weight, size = weight / 2.0, size / 2.0
        return np.asarray(out / total, dtype=np.float64)

    def around(self, lon: float, lat: float, *, width: float, cell_size: float) -> TerrainGrid:
        """Return a square grid in metres around a place.

        Parameters
        ----------
        lon, lat : float
            Centre, WGS 84. [deg]
        width : float
            Side of the square. [m]
        cell_size : float
            Side of a cell. [m]

        Returns
        -------
        TerrainGrid
            With `synthetic` true.
        """
        return grid_around(
            self.sample, lon, lat, width=width, cell_size=cell_size, source=SOURCE, synthetic=True
        )


def _smooth(t: NDArray[np.float64]) -> NDArray[np.float64]:
    t = np.clip(t, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def _hash(x: NDArray[np.int64], y: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """Return numbers in [0, 1) that depend on whole numbers only (SplitMix64's mixing)."""
    mask = 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        key = x.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        key ^= y.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
        key ^= np.uint64((seed * 0x165667B19E3779F9) & mask)
        key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (key >> np.uint64(11)).astype(np.float64) / 2.0**53
