"""Files in: Excel, CSV and GeoJSON, read row by row and with suspicion."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.citypack.coordinates import bd09_to_wgs84, gcj02_to_wgs84

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from anlan.core.records.resources import RecordResource

__all__ = [
    "DATUMS",
    "LATITUDE",
    "LIMITS",
    "LONGITUDE",
    "SUFFIXES",
    "BadFileError",
    "Rows",
    "read_rows",
]

LONGITUDE, LATITUDE = "经度", "纬度"
GEOMETRY = "\0geometry"
"""Where the geometry of a GeoJSON feature waits for the header of its field."""

csv.field_size_limit(10 * 1024**2)  # the outline of a district is longer than the default allows

IGNORED = {"编号", "确认时间", "错误说明", "原行号"}
"""Columns that exports and error files carry and imports pass over."""

SUFFIXES = (".xlsx", ".csv", ".geojson", ".json")
"""Names of files that can be read end in one of these."""

DATUMS: dict[str, Callable[..., Any] | None] = {
    "wgs84": None,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}
"""Coordinate systems of a file, and how to get from them to WGS 84."""

DATUM_LABELS = {
    "wgs84": gettext_lazy("WGS84 / CGCS2000（天地图、GPS）"),
    "gcj02": gettext_lazy("GCJ-02（高德、腾讯）"),
    "bd09": gettext_lazy("BD-09（百度）"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a file is read. Platform defaults.

    Parameters
    ----------
    upload : int
        Largest file. [byte]
    unpacked : int
        Largest sum of the parts of an Excel file once unpacked. [byte]
    ratio : int
        Largest ratio of unpacked to packed size of one part.
    rows : int
        Most rows.
    """

    upload: int = 50 * 1024**2
    unpacked: int = 600 * 1024**2
    ratio: int = 150
    rows: int = 100_000


LIMITS = Limits()


class BadFileError(ValueError):
    """Raised for a file that cannot be read at all; the message is for the person who sent it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file, each a dict by header, with its line number under `#`."""

    headers: list[str]
    rows: Iterator[dict[str, Any]]
    expected: int | None
    """How many rows the file says it has; None where it does not say."""


def read_rows(path: Path, *, suffix: str, resource: RecordResource, datum: str = "wgs84") -> Rows:
    """Open a file and check its headers; its rows are read as they are asked for.

    Raises
    ------
    BadFileError
        If the file is too large, of another kind, damaged, or its headers are wrong.
    """
    if path.stat().st_size > LIMITS.upload:
        size = LIMITS.upload // 1024**2
        raise BadFileError(_("文件超过 %(size)s MB，请拆分后再导入") % {"size": size})
    readers = dict(zip(SUFFIXES, (_xlsx, _csv, _geojson, _geojson), strict=True))
    if suffix not in readers:
        raise BadFileError(
            _("不支持 %(kind)s 文件，请用 xlsx、csv 或 geojson")
            % {"kind": suffix or "没有扩展名的"}
        )
    read = readers[suffix](path)
    _check_headers(read.headers, resource)
    geometry = resource.declared.geometry
    header = None if geometry is None else resource.fields[geometry.name].column_name
    return Rows(read.headers, _located(read.rows, header, DATUMS[datum]), read.expected)


def _check_headers(headers: list[str], resource: RecordResource) -> None:
    twice = sorted({h for h in headers if headers.count(h) > 1})
    if twice:
        raise BadFileError(_("表头重复：%(list)s") % {"list": "、".join(twice)})
    known = {field.column_name for field in resource.get_import_fields()}
    known |= {LONGITUDE, LATITUDE} | IGNORED
    unknown = [h for h in headers if h not in known]
    needed = [resource.fields[name].column_name for name in resource.declared.natural_key]
    missing = [h for h in needed if h not in headers and h not in OPTIONAL_KEYS]
    if unknown or missing:
        problems = []
        if missing:
            problems.append(_("缺少列：%(list)s") % {"list": "、".join(missing)})
        if unknown:
            problems.append(_("不认识的列：%(list)s") % {"list": "、".join(unknown[:10])})
        raise BadFileError("；".join(problems) + "。请下载模板对照第一行表头")


OPTIONAL_KEYS = {"有效期至"}


def _located(
    rows: Iterator[dict[str, Any]], header: str | None, convert: Callable[..., Any] | None
) -> Iterator[dict[str, Any]]:
    """Turn 经度 and 纬度 into one value, in WGS 84."""
    for count, row in enumerate(rows, 1):
        if count > LIMITS.rows:
            raise BadFileError(_("超过 %(n)s 行，请拆分后再导入") % {"n": LIMITS.rows})
        for name in IGNORED & row.keys():
            del row[name]
        if header is not None and GEOMETRY in row:
            row[header] = row.pop(GEOMETRY)
        if header is not None and (LONGITUDE in row or LATITUDE in row):
            row[header] = _pair(row.get(LONGITUDE), row.get(LATITUDE), convert)
        elif header is not None and convert is not None and row.get(header):
            row[header] = ValueError(_("只有点位支持坐标转换，请先转为 WGS84 / CGCS2000"))
        yield row


def _pair(lon: Any, lat: Any, convert: Callable[..., Any] | None) -> Any:
    if lon in (None, "") and lat in (None, ""):
        return None
    try:
        x, y = float(lon), float(lat)
    except (TypeError, ValueError):
        return ValueError(
            _("经度、纬度应填数字，填写的是“%(lon)s”和“%(lat)s”") % {"lon": lon, "lat": lat}
        )
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        return ValueError(
            _("坐标（%(x)s, %(y)s）超出经纬度范围，请检查坐标系与经纬度次序") % {"x": x, "y": y}
        )
    if convert is not None:
        try:
            x, y = (float(value) for value in convert(x, y))
        except ValueError as error:
            return ValueError(
                _("坐标（%(x)s, %(y)s）不能转换：%(error)s") % {"x": x, "y": y, "error": error}
            )
    return (x, y)


def _csv(path: Path) -> Rows:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadFileError(_("CSV 文件的编码不是 UTF-8 或 GB18030，请另存后再导入"))
    lines = csv.reader(io.StringIO(text, newline=""), strict=False)
    try:
        headers = _headers(next(lines, []))
    except csv.Error as error:
        raise BadFileError(_("CSV 文件损坏：%(error)s") % {"error": error}) from error
    return Rows(headers, _numbered(lines, headers), text.count("\n"))


def _numbered(lines: Iterator[Any], headers: list[str]) -> Iterator[dict[str, Any]]:
    try:
        for number, cells in enumerate(lines, 2):
            if any(cell not in (None, "") for cell in cells):
                padded = [*cells, *[None] * (len(headers) - len(cells))]
                yield {
                    "#": number,
                    **{h: _bare(v) for h, v in zip(headers, padded, strict=False)},
                }
    except (csv.Error, DefusedXmlException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BadFileError(_("文件从某一行起损坏：%(error)s") % {"error": error}) from error


def _bare(cell: Any) -> Any:
    """Take away the apostrophe with which our own exports disarm formulas."""
    if isinstance(cell, str) and len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r":
        return cell[1:]
    return cell


def _headers(cells: Any) -> list[str]:
    headers = [str(cell or "").strip().replace("(", "（").replace(")", "）") for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise BadFileError(_("文件是空的：第一行应是表头"))
    if "" in headers:
        raise BadFileError(_("第 %(column)s 列没有表头") % {"column": headers.index("") + 1})
    return headers


def _xlsx(path: Path) -> Rows:
    _refuse_bomb(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        expected = max((sheet.max_row or 1) - 1, 0)
        sheet.reset_dimensions()
        lines = sheet.iter_rows(values_only=True)
        headers = _headers(next(lines, ()))
    except BadFileError:
        raise
    except DefusedXmlException as error:
        raise BadFileError(_("Excel 文件含有 XML 实体，已拒绝")) from error
    except Exception as error:
        raise BadFileError(_("不是可读的 Excel（xlsx）文件，请用 Excel 另存后再导入")) from error
    return Rows(headers, _numbered(lines, headers), expected)


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LIMITS.unpacked:
                raise BadFileError(_("Excel 文件解压后过大，已拒绝"))
            for part in parts:
                if part.file_size > LIMITS.ratio * max(part.compress_size, 1024):
                    raise BadFileError(_("Excel 文件压缩比异常，已拒绝"))
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(2048).upper():
                            raise BadFileError(_("Excel 文件含有 XML 实体，已拒绝"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BadFileError(_("不是可读的 Excel（xlsx）文件，请用 Excel 另存后再导入")) from error


def _geojson(path: Path) -> Rows:
    try:
        data = json.loads(path.read_bytes())
        features = data["features"]
        if data.get("type") != "FeatureCollection" or not isinstance(features, list):
            raise ValueError(data.get("type"))
        properties = [dict(f.get("properties") or {}) for f in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadFileError(_("不是 GeoJSON FeatureCollection 文件")) from error
    headers = _headers(list(dict.fromkeys(key for row in properties for key in row)))
    rows = (
        _feature(n, f, row) for n, (f, row) in enumerate(zip(features, properties, strict=True), 1)
    )
    return Rows(headers, rows, len(features))


def _feature(number: int, feature: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    geometry = feature.get("geometry")
    row = {key.strip(): _bare(value) for key, value in row.items()}
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        lon, lat = [*(geometry.get("coordinates") or []), None, None][:2]
        row |= {LONGITUDE: lon, LATITUDE: lat}
    elif geometry is not None:
        row[GEOMETRY] = geometry
    return {"#": number, **row}
