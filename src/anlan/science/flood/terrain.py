"""The ground: read a GeoTIFF, an ESRI ASCII grid or an SRTM tile, cut a grid in metres around a place.

    terrain = read_terrain(Path("dem.tif"))                       # any GeoTIFF or .asc
    grid = terrain.around(117.02, 36.66, width=8000.0, cell_size=30.0)
    flood = simulate_flood(grid.elevation, cell_size=grid.cell_size, …)
    row, column = grid.cell_of(117.03, 36.67)
    lon, lat = grid.lonlat()                                       # centres of all cells

`read_terrain(source, *, crs=None, largest=LARGEST) -> Terrain` refuses what it cannot read with a
`NotATerrainError` (a ValueError). A city without a terrain model takes the marked synthetic one of
`anlan.science.flood.synthetic`, which has the same `sample` and `around`.

Rows run to the north: row 0 is the southernmost. Heights are in metres above the datum of the file;
places without data are NaN. SI units.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from scipy import ndimage

from anlan.science.common.checks import between, positive
from anlan.science.common.local import to_lonlat, to_metres
from anlan.science.common.refusal import RefusalError
from anlan.science.flood.geotiff import NotATerrainError, read_tiff_band

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

__all__ = ["LARGEST", "NotATerrainError", "Terrain", "TerrainGrid", "grid_around", "read_terrain"]

LARGEST = 120_000_000
"""Most cells of a file: nine tiles of one degree at one second of arc. [1]"""

LARGEST_GRID = 16_000_000
"""Most cells of a grid that is cut out. [1]"""

MOST_MISSING = 0.2
"""Share of a grid that may be filled from its neighbours. [1]"""

LOWEST, HIGHEST = -500.0, 9000.0
FOOT = 0.3048
TILE = re.compile(r"(?P<ns>[NSns])(?P<lat>\d\d)(?P<ew>[EWew])(?P<lon>\d{3})\.hgt")
SRTM_NODES = (1201, 3601)
HEAD = 64_000
"""Bytes in which the header of an ASCII grid must end. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerrainGrid:
    """Ground on square cells in metres, ready for the flood models.

    Parameters
    ----------
    elevation : ndarray
        Shape (rows, columns), row 0 in the south, without gaps. [m]
    cell_size : float
        Side of a cell. [m]
    lon0, lat0 : float
        Centre of the grid, WGS 84. [deg]
    filled : float
        Share of cells that had no data and were filled from the nearest. [1]
    synthetic : bool
        Whether the ground is invented (示例数据). [-]
    source : str
        Where it comes from, for the report. [-]
    """

    elevation: NDArray[np.float64]
    cell_size: float
    lon0: float
    lat0: float
    filled: float
    synthetic: bool
    source: str

    def lonlat(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return longitude and latitude of the centres of all cells [deg]."""
        east, north = _centres(self.elevation.shape, self.cell_size)
        lon, lat = to_lonlat(east, north, lon0=self.lon0, lat0=self.lat0)
        return np.broadcast_to(lon, self.elevation.shape), np.broadcast_to(
            lat, self.elevation.shape
        )

    def corner_lonlat(
        self, row: ArrayLike, column: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where the lower left corner of a cell lies; fractions lie inside the cell.

        Parameters
        ----------
        row, column : array_like
            Place in the grid, from 0 to the number of rows and columns. [1]
        """
        rows, columns = self.elevation.shape
        east = (np.asarray(column, float) - columns / 2) * self.cell_size
        north = (np.asarray(row, float) - rows / 2) * self.cell_size
        return to_lonlat(east, north, lon0=self.lon0, lat0=self.lat0)

    def cell_of(
        self, lon: ArrayLike, lat: ArrayLike
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the row and column of places.

        Parameters
        ----------
        lon, lat : array_like
            WGS 84. [deg]

        Raises
        ------
        ValueError
            If a place lies outside the grid.
        """
        east, north = to_metres(lon, lat, lon0=self.lon0, lat0=self.lat0)
        rows, columns = self.elevation.shape
        row = np.floor(north / self.cell_size + rows / 2).astype(np.int64)
        column = np.floor(east / self.cell_size + columns / 2).astype(np.int64)
        if not np.all((row >= 0) & (row < rows) & (column >= 0) & (column < columns)):
            raise RefusalError(
                f"lon, lat must lie in the grid deg, got {lon!r}, {lat!r}",
                zh="事发地应在高程范围内",
            )
        return row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """A terrain model as it was read.

    Parameters
    ----------
    elevation : ndarray
        Shape (rows, columns), row 0 in the south; NaN where there are no data. [m]
    west, south : float
        Outer corner of cell (0, 0). [unit of crs]
    dx, dy : float
        Width and height of a cell. [unit of crs]
    crs : CRS
        Longitude and latitude, or projected in metres. [-]
    source : str
        Name of the file. [-]
    """

    elevation: NDArray[np.float32]
    west: float
    south: float
    dx: float
    dy: float
    crs: CRS
    source: str
    synthetic: bool = False

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the outer edges, WGS 84 [deg]."""
        rows, columns = self.elevation.shape
        box = (self.west, self.south, self.west + columns * self.dx, self.south + rows * self.dy)
        found = self._to_lonlat().transform_bounds(*box)
        return (float(found[0]), float(found[1]), float(found[2]), float(found[3]))

    @property
    def cell_size(self) -> tuple[float, float]:
        """Width and height of a cell in the middle of the terrain [m]."""
        if not self.crs.is_geographic:
            return self.dx, self.dy
        _, south, _, north = self.bounds
        x, y = to_metres(self.dx, self.dy, lon0=0.0, lat0=0.0)
        return float(x) * math.cos(math.radians((south + north) / 2)), float(y)

    def _to_lonlat(self) -> Transformer:
        return Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)

    def sample(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Return heights at places, bilinear between the centres of the cells.

        Parameters
        ----------
        lon, lat : array_like
            WGS 84. [deg]

        Returns
        -------
        ndarray
            NaN outside, and next to cells without data. [m]
        """
        x, y = np.broadcast_arrays(np.asarray(lon, float), np.asarray(lat, float))
        if not self.crs.equals(CRS("EPSG:4326"), ignore_axis_order=True):
            x, y = Transformer.from_crs("EPSG:4326", self.crs, always_xy=True).transform(x, y)
        column = (np.asarray(x) - self.west) / self.dx - 0.5
        row = (np.asarray(y) - self.south) / self.dy - 0.5
        rows, columns = self.elevation.shape
        # half a cell at the edge belongs to the terrain, its height is that of the centre
        inside = (row >= -0.5) & (row <= rows - 0.5) & (column >= -0.5) & (column <= columns - 0.5)
        row = np.clip(np.where(inside, row, 0.0), 0.0, rows - 1.0)
        column = np.clip(np.where(inside, column, 0.0), 0.0, columns - 1.0)
        i = np.minimum(row.astype(np.int64), rows - 2)
        j = np.minimum(column.astype(np.int64), columns - 2)
        up, right = row - i, column - j
        z = self.elevation
        low = z[i, j] * (1 - right) + z[i, j + 1] * right
        high = z[i + 1, j] * (1 - right) + z[i + 1, j + 1] * right
        return np.where(inside, low * (1 - up) + high * up, np.nan)

    def around(self, lon: float, lat: float, *, width: float, cell_size: float) -> TerrainGrid:
        """Return a square grid in metres around a place.

        Parameters
        ----------
        lon, lat : float
            Centre, WGS 84. [deg]
        width : float
            Side of the square. [m]
        cell_size : float
            Side of a cell; choose it no smaller than the cells of the terrain. [m]

        Returns
        -------
        TerrainGrid
            Gaps are filled from the nearest cell, up to a fifth of the grid.

        Raises
        ------
        ValueError
            If the terrain does not cover four fifths of the square, or the grid is too large.
        """
        return grid_around(
            self.sample, lon, lat, width=width, cell_size=cell_size, source=self.source,
            synthetic=self.synthetic,
        )  # fmt: skip


def grid_around(
    sample: Callable[[ArrayLike, ArrayLike], NDArray[np.float64]],
    lon: float,
    lat: float,
    *,
    width: float,
    cell_size: float,
    source: str,
    synthetic: bool,
) -> TerrainGrid:
    """Return a square grid in metres around a place from any function of the height.

    Parameters
    ----------
    sample : callable
        Heights in metres from longitude and latitude; NaN where unknown. [-]
    lon, lat : float
        Centre, WGS 84. [deg]
    width : float
        Side of the square. [m]
    cell_size : float
        Side of a cell. [m]
    source : str
        Where the heights come from. [-]
    synthetic : bool
        Whether they are invented. [-]
    """
    between(lon, -180.0, 180.0, name="lon", unit="deg")
    between(lat, -80.0, 80.0, name="lat", unit="deg")
    side = float(positive(cell_size, name="cell_size", unit="m"))
    n = round(float(positive(width, name="width", unit="m")) / side)
    if n < 2 or n * n > LARGEST_GRID:
        most = math.isqrt(LARGEST_GRID)
        raise RefusalError(
            f"width / cell_size must be between 2 and {most} cells, got {n}",
            zh=f"计算范围应为每边 2 至 {most} 格，现为 {n} 格",
        )
    east, north = _centres((n, n), side)
    places = np.broadcast_arrays(*to_lonlat(east, north, lon0=lon, lat0=lat))
    height = np.asarray(sample(places[0], places[1]), dtype=np.float64)
    missing = np.isnan(height)
    share = float(missing.mean())
    if share > MOST_MISSING:
        raise RefusalError(
            f"lon, lat must lie where the terrain has data: {share:.0%} of the square of"
            f" {width:g} m around {lon:g}, {lat:g} has none ({source})",
            zh=f"计算范围内有 {share:.0%} 没有高程",
        )
    if share:
        nearest = ndimage.distance_transform_edt(
            missing, return_distances=False, return_indices=True
        )
        height = height[tuple(nearest)]
    return TerrainGrid(
        elevation=height,
        cell_size=side,
        lon0=float(lon),
        lat0=float(lat),
        filled=share,
        synthetic=synthetic,
        source=source,
    )


def _centres(
    shape: tuple[int, ...], cell_size: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, columns = shape
    east = (np.arange(columns) + 0.5 - columns / 2) * cell_size
    north = (np.arange(rows) + 0.5 - rows / 2) * cell_size
    return np.asarray(east[None, :], float), np.asarray(north[:, None], float)


def read_terrain(
    source: Path | bytes, *, crs: str | None = None, largest: int = LARGEST, name: str = ""
) -> Terrain:
    """Read a terrain model: GeoTIFF or ESRI ASCII grid by their first bytes, SRTM tile by its name.

    Parameters
    ----------
    source : Path or bytes
        File, or its content. [-]
    crs : str or None
        Reference system as `EPSG:32650` or WKT, where the file does not say it; an ASCII grid whose
        coordinates can be degrees is taken as WGS 84 without it. [-]
    largest : int
        Most cells. [1]
    name : str
        What to call the source; the name of the file where it is not given. An SRTM tile is known
        by it alone: `N36E117.hgt`. [-]

    Returns
    -------
    Terrain
        Heights with row 0 in the south.

    Raises
    ------
    NotATerrainError
        If the file is damaged, has no georeference, is too large, or holds no heights.

    Examples
    --------
    >>> text = b"ncols 2 nrows 2 xllcorner 117 yllcorner 36 cellsize 0.5 NODATA_value -9 1 2 3 -9"
    >>> terrain = read_terrain(text)
    >>> terrain.elevation.tolist(), terrain.bounds
    ([[3.0, nan], [1.0, 2.0]], (117.0, 36.0, 118.0, 37.0))
    """
    if isinstance(source, bytes):
        return _read(io.BytesIO(source), crs=crs, largest=largest, name=name or "DEM")
    try:
        with Path(source).open("rb") as file:
            return _read(file, crs=crs, largest=largest, name=name or Path(source).name)
    except OSError as error:
        raise NotATerrainError(f"the file cannot be opened: {error}", zh="文件打不开") from error


def _read(file: IO[bytes], *, crs: str | None, largest: int, name: str) -> Terrain:
    start = file.read(HEAD)
    file.seek(0)
    if start[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        return _from_tiff(file, crs=crs, largest=largest, name=name)
    if start[:64].lstrip().lower().startswith(b"ncols"):
        return _from_ascii(file, start, crs=crs, largest=largest, name=name)
    tile = TILE.fullmatch(name)
    if tile:
        return _from_srtm(file, tile, largest=largest, name=name)
    raise NotATerrainError(
        "the file is neither a GeoTIFF nor an ESRI ASCII grid nor an SRTM tile",
        zh="既不是 GeoTIFF、ESRI ASCII 网格，也不是 SRTM 文件",
    )


def _from_srtm(file: IO[bytes], tile: re.Match[str], *, largest: int, name: str) -> Terrain:
    """Read a tile of one degree: heights at the nodes, rows from the north, no header at all."""
    data = file.read(2 * max(SRTM_NODES) ** 2 + 1)
    nodes = math.isqrt(len(data) // 2)
    if nodes not in SRTM_NODES or len(data) != 2 * nodes**2 or nodes**2 > largest:
        raise NotATerrainError(
            f"an SRTM tile holds 1201 or 3601 nodes square, this one has {len(data)} bytes",
            zh=f"SRTM 文件应为 1201 或 3601 点见方，这个有 {len(data)} 字节",
        )
    values = np.frombuffer(data, ">i2").reshape(nodes, nodes).astype(np.float32)
    values[values == -32768] = np.nan
    lat = int(tile["lat"]) * (1 if tile["ns"] in "Nn" else -1)
    lon = int(tile["lon"]) * (1 if tile["ew"] in "Ee" else -1)
    step = 1.0 / (nodes - 1)
    return _made(
        values[::-1], west=lon - step / 2, south=lat - step / 2, dx=step, dy=step,
        crs=_crs("EPSG:4326"), name=name,
    )  # fmt: skip


def _from_tiff(file: IO[bytes], *, crs: str | None, largest: int, name: str) -> Terrain:
    band = read_tiff_band(file, largest=largest)
    known = _crs(crs or _code(band.keys))
    dx, dy = band.scale
    column, row, x, y = band.tie
    # "point" rasters tie the centre of a cell, "area" rasters its corner
    half = 0.5 if int(band.keys.get("GTRasterTypeGeoKey", 1)) == 2 else 0.0
    west = x - (column + half) * dx
    north = y + (row + half) * dy
    values = band.values.astype(np.float32)
    if band.nodata is not None and math.isfinite(band.nodata):
        values[band.values == np.asarray(band.nodata).astype(band.values.dtype)] = np.nan
    unit = int(band.keys.get("VerticalUnitsGeoKey", 9001))
    if unit in {9002, 9003}:
        values *= np.float32(FOOT)
    return _made(
        values[::-1], west=west, south=north - dy * len(values), dx=dx, dy=dy, crs=known, name=name
    )


def _code(keys: dict[str, object]) -> str:
    """Return the reference system that the keys name."""
    for key in ("ProjectedCSTypeGeoKey", "GeographicTypeGeoKey"):
        value = keys.get(key)
        if value is not None and 1024 <= int(str(int(value))) < 32767:  # type: ignore[call-overload]
            return f"EPSG:{int(value)}"  # type: ignore[call-overload]
        if key == "ProjectedCSTypeGeoKey" and value is not None:
            break  # a projection of its own: its geographic base would misplace it
    raise NotATerrainError(
        "the TIFF does not name its reference system by an EPSG code; give it, as crs='EPSG:4490'",
        zh="TIFF 没有写明坐标系的 EPSG 代号",
    )


def _crs(code: str) -> CRS:
    try:
        found = CRS.from_user_input(code)
    except (CRSError, ProjError) as error:
        raise NotATerrainError(
            f"the reference system {code} is not known", zh=f"不认识坐标系 {code}"
        ) from error
    found = found.to_2d()
    if found.is_geographic:
        return found
    if not found.is_projected or any(
        axis.unit_conversion_factor != 1.0 for axis in found.axis_info
    ):
        raise NotATerrainError(
            f"the reference system {code} is not in degrees or metres",
            zh=f"坐标系 {code} 的单位不是度或米",
        )
    return found


def _from_ascii(
    file: IO[bytes], start: bytes, *, crs: str | None, largest: int, name: str
) -> Terrain:
    words = start.split(maxsplit=16)
    head: dict[str, float] = {}
    for key, value in zip(words[0:14:2], words[1:14:2], strict=False):
        if not key[:1].isalpha():
            break
        head[key.decode("ascii", "replace").lower()] = _float(value)
    try:
        columns, rows = head["ncols"], head["nrows"]
        dx = head.get("dx", head.get("cellsize", math.nan))
        dy = head.get("dy", dx)
        west = head["xllcorner"] if "xllcorner" in head else head["xllcenter"] - dx / 2
        south = head["yllcorner"] if "yllcorner" in head else head["yllcenter"] - dy / 2
    except KeyError as error:
        raise NotATerrainError(
            f"the ASCII grid has no {error.args[0]} in its header", zh=f"表头缺 {error.args[0]}"
        ) from error
    whole = columns % 1 == rows % 1 == 0
    if not (whole and columns >= 2 and rows >= 2 and columns * rows <= largest):
        raise NotATerrainError(
            f"the ASCII grid has {rows:g} x {columns:g} cells, allowed are 2 x 2 to {largest} in all",
            zh=f"网格有 {rows:g}×{columns:g} 格，应为 2×2 至共 {largest} 格",
        )
    body = len(start) - len(start.split(maxsplit=2 * len(head))[-1])
    file.seek(body)
    text = file.read(32 * int(columns * rows) + HEAD)
    try:
        values = np.fromstring(text, sep=" ")
    except ValueError as error:
        raise NotATerrainError(
            "the ASCII grid holds something else than numbers", zh="网格里有不是数字的内容"
        ) from error
    if values.size != columns * rows:
        raise NotATerrainError(
            f"the ASCII grid announces {columns * rows:g} values and holds {values.size} numbers",
            zh=f"表头称有 {columns * rows:g} 个值，实际有 {values.size} 个",
        )
    values = values.reshape(int(rows), int(columns))
    # the format's own default is -9999
    values[values == head.get("nodata_value", -9999.0)] = np.nan
    if crs is None:
        east, north = west + columns * dx, south + rows * dy
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise NotATerrainError(
                "an ASCII grid does not say its reference system; give it, as crs='EPSG:32650'",
                zh="坐标应为经纬度",
            )
        crs = "EPSG:4326"
    return _made(values[::-1], west=west, south=south, dx=dx, dy=dy, crs=_crs(crs), name=name)


def _float(word: bytes) -> float:
    try:
        return float(word)
    except ValueError as error:
        raise NotATerrainError(
            f"the header of the ASCII grid holds {word[:40]!r}",
            zh=f"表头里有不认识的内容 {word[:40].decode('utf-8', 'replace')}",
        ) from error


def _made(
    values: NDArray[np.float32] | NDArray[np.float64],
    *,
    west: float,
    south: float,
    dx: float,
    dy: float,
    crs: CRS,
    name: str,
) -> Terrain:
    """Check what was read, and make it a terrain."""
    if not (math.isfinite(west) and math.isfinite(south) and 0 < dx < 1e5 and 0 < dy < 1e5):
        raise NotATerrainError(
            f"the georeference is damaged: cells of {dx!r} x {dy!r} at {west!r}",
            zh="地理坐标已损坏：格的大小或位置不成立",
        )
    known = values[np.isfinite(values)]
    if known.size == 0:
        raise NotATerrainError("the file holds no heights", zh="文件里没有高程值")
    if known.min() < LOWEST or known.max() > HIGHEST:
        raise NotATerrainError(
            f"heights must be between {LOWEST:g} and {HIGHEST:g} m, got {known.min():g} to"
            f" {known.max():g}; the value for missing data may not be named in the file",
            zh=f"高程应在 {LOWEST:g} 至 {HIGHEST:g} m 之间，文件中为 {known.min():g} 至"
            f" {known.max():g} m，缺测值可能没有在表头写明",
        )
    heights = np.where(np.isfinite(values), values, np.float32(np.nan)).astype(np.float32)
    terrain = Terrain(
        elevation=np.ascontiguousarray(heights), west=west, south=south, dx=dx, dy=dy, crs=crs,
        source=name,
    )  # fmt: skip
    if not all(math.isfinite(edge) for edge in terrain.bounds):
        raise NotATerrainError(
            "the georeference lies outside the area of its reference system",
            zh="地理坐标超出坐标系的适用区域",
        )
    return terrain
