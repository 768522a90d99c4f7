"""Read one band of a GeoTIFF into numbers: strips or tiles, plain, deflate or LZW, all predictors.

`tifffile` reads the tags; the blocks are unpacked here, so that neither GDAL nor a large bundle of
codecs is needed, and so that a file made to burst the memory is refused before it is unpacked.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import numba as nb
import numpy as np
from tifffile import TiffFile, TiffFileError

from anlan.science.common.refusal import RefusalError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["NotATerrainError", "TiffBand", "read_tiff_band", "warm_up"]

PLAIN, LZW, DEFLATE, OLD_DEFLATE, PACKBITS = 1, 5, 8, 32946, 32773
CODES = 4096
CLEAR, END = 256, 257
BROKEN = (
    struct.error, zlib.error, IndexError, KeyError, TypeError, ValueError, OverflowError,
    AttributeError, ZeroDivisionError, RuntimeError, EOFError, OSError, MemoryError,
)  # fmt: skip
"""What a reader of tags may raise on bytes that are no TIFF, or no longer one."""

KINDS = {1: "u", 2: "i", 3: "f"}


class NotATerrainError(RefusalError):
    """The file cannot be read as a terrain; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TiffBand:
    """One band as it lies in the file, and where its tags say that it lies.

    Parameters
    ----------
    values : ndarray
        Shape (rows, columns), the first row on top. [as stored]
    scale : tuple of float
        Width and height of a cell. [unit of the reference system]
    tie : tuple of float
        Column, row, x and y of one point; x and y of a corner of a cell. [1, unit]
    keys : dict
        Geographic keys by name. [-]
    nodata : float or None
        Value that stands for "no data". [as stored]
    """

    values: NDArray[Any]
    scale: tuple[float, float]
    tie: tuple[float, float, float, float]
    keys: dict[str, Any]
    nodata: float | None


def read_tiff_band(source: Path | IO[bytes], *, largest: int) -> TiffBand:
    """Return the first image of a TIFF file.

    Parameters
    ----------
    source : Path or binary file
        The file. [-]
    largest : int
        Most cells that are unpacked. [1]

    Raises
    ------
    NotATerrainError
        If it is no TIFF, is broken, too large, not one band of numbers, or not georeferenced.
    """
    try:
        with TiffFile(source) as tiff:
            page = tiff.pages.first
            return TiffBand(
                values=_pixels(tiff, page, largest=largest),
                **_place(page),
                nodata=_nodata(page),
            )
    except NotATerrainError:
        raise
    except TiffFileError as error:
        raise NotATerrainError(
            f"the file is not a readable TIFF: {error}", zh="读不出 TIFF"
        ) from error
    except BROKEN as error:
        raise NotATerrainError(f"the TIFF is damaged: {error}", zh="TIFF 已损坏") from error


def _nodata(page: Any) -> float | None:
    tag = page.tags.get("GDAL_NODATA")
    if tag is None:
        return None
    try:
        return float(str(tag.value).strip("\0 "))
    except ValueError:
        return None


def _place(page: Any) -> dict[str, Any]:
    """Return scale, tie point and keys from the tags."""
    keys = dict(page.geotiff_tags or {})
    turned = keys.get("ModelTransformation")
    if turned is not None:
        m = np.asarray(turned, dtype=np.float64).reshape(4, 4)
        if m[0, 1] or m[1, 0]:
            raise NotATerrainError(
                "the raster is rotated; warp it to north up first", zh="栅格不是正北朝上，请先转正"
            )
        return {
            "scale": (float(m[0, 0]), -float(m[1, 1])),
            "tie": (0.0, 0.0, float(m[0, 3]), float(m[1, 3])),
            "keys": keys,
        }
    scale, tie = keys.get("ModelPixelScale"), keys.get("ModelTiepoint")
    if scale is None or tie is None:
        raise NotATerrainError(
            "the TIFF has no georeference (ModelPixelScale and ModelTiepoint); export a GeoTIFF",
            zh="TIFF 没有地理坐标，请导出为 GeoTIFF",
        )
    tie = np.asarray(tie, dtype=np.float64).ravel()
    return {
        "scale": (float(scale[0]), float(scale[1])),
        "tie": (float(tie[0]), float(tie[1]), float(tie[3]), float(tie[4])),
        "keys": keys,
    }


def _pixels(tiff: Any, page: Any, *, largest: int) -> NDArray[Any]:
    rows, columns = int(page.imagelength), int(page.imagewidth)
    if page.samplesperpixel != 1:
        raise NotATerrainError(
            f"a terrain has one band, the TIFF has {page.samplesperpixel}",
            zh=f"地形应为一个波段，TIFF 有 {page.samplesperpixel} 个",
        )
    if rows < 2 or columns < 2 or rows * columns > largest:
        raise NotATerrainError(
            f"the TIFF has {rows} x {columns} cells, allowed are 2 x 2 to {largest} cells in all;"
            " cut it to the city first",
            zh=f"TIFF 有 {rows}×{columns} 格，应为 2×2 至共 {largest} 格；请先裁到本市范围",
        )
    bits, form = int(page.bitspersample), int(page.sampleformat)
    if bits not in {8, 16, 32, 64} or form not in KINDS or (form == 3 and bits < 32):
        raise NotATerrainError(
            f"values of {bits} bits in format {form} are not read",
            zh=f"TIFF 的数值为 {bits} 位、格式 {form}，读不了",
        )
    dtype = np.dtype(f"{tiff.byteorder}{KINDS[form]}{bits // 8}")
    deep, wide = (
        (int(page.tilelength), int(page.tilewidth))
        if page.is_tiled
        else (min(int(page.rowsperstrip), rows), columns)
    )
    if deep < 1 or wide < 1 or deep * wide > max(largest, 4096**2):
        raise NotATerrainError(
            f"blocks of {deep} x {wide} cells are not read",
            zh=f"TIFF 的分块为 {deep}×{wide} 格，读不了",
        )
    across = -(-columns // wide)
    blocks = -(-rows // deep) * across
    if len(page.dataoffsets) < blocks or len(page.databytecounts) < blocks:
        raise NotATerrainError(
            f"the TIFF names {len(page.dataoffsets)} of {blocks} blocks",
            zh=f"TIFF 应有 {blocks} 块，只列出 {len(page.dataoffsets)} 块",
        )
    out = np.zeros((rows, columns), dtype.newbyteorder("="))
    handle = tiff.filehandle
    for k in range(blocks):
        top, left = k // across * deep, k % across * wide
        # the last strip is cut at the edge of the picture, a tile never is
        height = deep if page.is_tiled else min(deep, rows - top)
        size = int(page.databytecounts[k])
        if size == 0:  # a hole in the file: no data there
            fill = _nodata(page)
            part = np.full((height, wide), 0 if fill is None else fill).astype(out.dtype)
        else:
            handle.seek(int(page.dataoffsets[k]))
            packed = handle.read(min(size, 2 * height * wide * dtype.itemsize + 4096))
            room = height * wide * dtype.itemsize
            raw = _unpack(packed, int(page.compression), room)
            part = _predict(raw, (height, wide), dtype, int(page.predictor))
        cut = out[top : top + height, left : left + wide]
        cut[...] = part[: cut.shape[0], : cut.shape[1]]
    return out


def _unpack(packed: bytes, method: int, room: int) -> bytes:
    if method == PLAIN:
        raw = packed[:room]
    elif method in {DEFLATE, OLD_DEFLATE}:
        raw = zlib.decompressobj().decompress(packed, room)
    elif method == LZW:
        out = np.zeros(room, np.uint8)
        filled = _unpack_lzw(np.frombuffer(packed, np.uint8), out)
        raw = out[: max(filled, 0)].tobytes()
    elif method == PACKBITS:
        raw = _unpack_bits(packed, room)
    else:
        raise NotATerrainError(
            f"compression {method} is not read; write the file with deflate or LZW",
            zh=f"读不了压缩方式 {method}，请改用 deflate 或 LZW",
        )
    if len(raw) < room:
        raise NotATerrainError(
            f"the TIFF is damaged: a block holds {len(raw)} of {room} bytes",
            zh=f"TIFF 已损坏：一块应有 {room} 字节，只有 {len(raw)} 字节",
        )
    return raw


def _unpack_bits(packed: bytes, room: int) -> bytes:
    out, i = bytearray(), 0
    while i < len(packed) - 1 and len(out) < room:
        n = packed[i]
        if n < 128:
            out += packed[i + 1 : i + 2 + n]
            i += n + 2
        else:
            if n > 128:
                out += packed[i + 1 : i + 2] * (257 - n)
            i += 2
    return bytes(out[:room])


def _predict(raw: bytes, shape: tuple[int, int], dtype: np.dtype[Any], kind: int) -> NDArray[Any]:
    """Undo the differences that were stored instead of the values."""
    native = dtype.newbyteorder("=")
    if kind == 3:  # bytes of floats, sorted by weight, as differences along the row
        planes = np.frombuffer(raw, np.uint8).reshape(shape[0], -1)
        planes = np.cumsum(planes, axis=1, dtype=np.uint8)
        split = planes.reshape(shape[0], dtype.itemsize, shape[1]).transpose(0, 2, 1)
        return np.ascontiguousarray(split).view(dtype.newbyteorder(">"))[..., 0].astype(native)
    values = np.frombuffer(raw, dtype).reshape(shape).astype(native)
    if kind == 2:
        whole = values.view(f"u{dtype.itemsize}")
        return np.cumsum(whole, axis=1, dtype=whole.dtype).view(native)
    if kind != 1:
        raise NotATerrainError(
            f"predictor {kind} is not read", zh=f"读不了差分方式 {kind}，请改用 1、2 或 3"
        )
    return values


@nb.njit(cache=True)
def _unpack_lzw(packed: NDArray[np.uint8], out: NDArray[np.uint8]) -> int:
    """Fill `out` from LZW codes of 9 to 12 bits; return how many bytes were filled.

    Parameters
    ----------
    packed : ndarray
        Bytes of a block. [-]
    out : ndarray
        Filled. [-]
    """
    prefix = np.zeros(CODES, np.int32)
    last = np.zeros(CODES, np.uint8)
    length = np.zeros(CODES, np.int32)
    for k in range(256):
        last[k] = k
        length[k] = 1
    used, width = END + 1, 9
    before, bits, have, at = -1, 0, 0, 0
    for byte in packed:
        bits = ((bits << 8) | byte) & 0xFFFFFF
        have += 8
        if have < width:
            continue
        code = (bits >> (have - width)) & ((1 << width) - 1)
        have -= width
        if code == END:
            break
        if code == CLEAR:
            used, width, before = END + 1, 9, -1
            continue
        if before < 0:
            if code > 255:
                break
        elif used < CODES:
            if code > used:
                break
            prefix[used] = before
            length[used] = length[before] + 1
            first = before if code == used else code
            while length[first] > 1:
                first = prefix[first]
            last[used] = last[first]
            used += 1
        elif code >= used:
            break
        walk = code
        for k in range(length[code] - 1, -1, -1):
            if at + k < out.size:
                out[at + k] = last[walk]
            walk = prefix[walk]
        at += length[code]
        if at >= out.size:
            return out.size
        before = code
        # the width grows one code early, as every TIFF writer since 1987 does
        if used >= (1 << width) - 1 and width < 12:
            width += 1
    return at


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    _unpack_lzw(np.array([0x80, 0x40, 0x40], np.uint8), np.zeros(1, np.uint8))
