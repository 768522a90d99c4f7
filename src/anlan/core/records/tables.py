"""Files out: Excel, CSV and GeoJSON, in the format that imports read. Formulas are disarmed."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, datetime
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any
from unicodedata import east_asian_width

import shapely
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import save_workbook

from anlan.core.records.files import IGNORED, LATITUDE, LONGITUDE
from anlan.core.records.resources import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import Model

    from anlan.core.models import User
    from anlan.core.records.resources import RecordResource

__all__ = ["FORMATS", "csv_parts", "export_table", "mask", "write_template", "write_xlsx"]

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
}
"""Formats of export and their media types."""

TRIGGERS = "=+-@\t\r"
SAMPLED = 300
LINES_AT_ONCE = 200
"""Rows that are looked at to find how wide the columns must be."""

WIDEST = 44
A3 = 8
"""Code of the paper in Excel files."""

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


def export_table(
    target: IO[bytes],
    *,
    form: str,
    resource: RecordResource,
    records: Iterable[Model],
    user: User,
) -> None:
    """Write records in the format `form`, with the sensitive fields masked where `user` needs it."""
    fields = resource.get_export_fields()
    headers = [field.column_name for field in fields]
    masked = resource.declared.masked_for(user)
    hidden = [name in masked for name in resource.get_export_order()]
    rows: Iterable[list[Any]] = (
        [mask(cell) if hide else cell for cell, hide in zip(cells, hidden, strict=True)]
        for cells in rows_of(resource, records)
    )
    geometry = resource.declared.geometry
    at = None if geometry is None else headers.index(resource.fields[geometry.name].column_name)
    if form == "geojson":
        _write_geojson(target, headers, rows, at)
        return
    points = geometry is not None and geometry.geom_type == "Point"
    headers, rows = _flat(headers, rows, at, points=points)
    if form == "xlsx":
        write_xlsx(target, resource.declared.label, headers, rows)
    else:
        target.writelines(csv_parts(headers, rows))


def mask(value: Any) -> str:
    """Return a number of which only the ends can be read."""
    text = str(value or "")
    return text if len(text) < 2 else f"{text[:3]}{'*' * max(len(text) - 5, 2)}{text[-2:]}"


def _flat(
    headers: list[str], rows: Iterable[list[Any]], at: int | None, *, points: bool
) -> tuple[list[str], Iterator[list[Any]]]:
    """Put a point into two columns, any other geometry into one of WKT."""
    if at is None:
        return headers, iter(rows)
    names = [LONGITUDE, LATITUDE] if points else [headers[at]]

    def cells(geometry: Any) -> list[Any]:
        if geometry is None:
            return [None] * len(names)
        if points:
            return [round(geometry.x, 7), round(geometry.y, 7)]
        return [shapely.to_wkt(geometry, rounding_precision=7)]

    flat = ([*row[:at], *cells(row[at]), *row[at + 1 :]] for row in rows)
    return [*headers[:at], *names, *headers[at + 1 :]], flat


def write_xlsx(
    target: IO[bytes], title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write one sheet; text stays text, whatever it begins with."""
    book = Workbook(write_only=True)
    _add_sheet(book, title, headers, rows)
    save_workbook(book, target)


def write_template(target: IO[bytes], resource: RecordResource) -> None:
    """Write an empty file to fill in, and beside it a sheet that says how."""
    geometry = resource.declared.geometry
    points = geometry is not None and geometry.geom_type == "Point"
    headers, notes = [], []
    for name, column in resource.fields.items():
        if column.column_name in IGNORED:
            continue
        field = resource.declared.field(name)
        if points and geometry is not None and name == geometry.name:
            headers += [LONGITUDE, LATITUDE]
            notes += [
                [each, _("必填"), _("十进制度，如 117.12345")] for each in (LONGITUDE, LATITUDE)
            ]
            continue
        headers.append(column.column_name)
        must = not field.blank and not field.has_default() and name != "synthetic"
        notes.append([column.column_name, _("必填") if must else "", column.widget.hint()])
    book = Workbook(write_only=True)
    _add_sheet(book, resource.declared.label, headers, [])
    _add_sheet(book, _("填写说明"), [_("列"), _("要求"), _("怎么填")], notes)
    save_workbook(book, target)


def _add_sheet(
    book: Workbook, title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Add a sheet that can be read and printed as it is: widths, dates, the head on every page."""
    sheet = book.create_sheet(title[:31])
    remaining = iter(rows)
    sample = list(islice(remaining, SAMPLED))
    for number, header in enumerate(headers, 1):
        shown = [_columns(str(row[number - 1] or "")) for row in sample]
        width = max([_columns(header) + 4, *(min(each + 2, WIDEST) for each in shown)])
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headers))}1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.append([_heading(sheet, header) for header in headers])
    for row in chain(sample, remaining):
        sheet.append([_cell(sheet, value) for value in row])


def _columns(text: str) -> int:
    """Return how wide a text is: a Chinese character takes two columns."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


def _heading(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """Return a text as text, whatever it begins with, and a time as a time."""
    if not isinstance(value, str):
        return value
    if MOMENT.fullmatch(value):
        cell = WriteOnlyCell(sheet, datetime.fromisoformat(value))
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
        return cell
    if value.startswith("="):
        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"
        return cell
    return value


def csv_parts(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield lines that a spreadsheet opens as they are, some at a time: no cell becomes a formula."""
    yield ("\ufeff" + _csv_lines([headers])).encode()  # without the mark Excel takes UTF-8 for GBK
    remaining = iter(rows)
    while some := list(islice(remaining, LINES_AT_ONCE)):
        yield _csv_lines(some).encode()


def _csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_disarmed(cell) for cell in row] for row in rows)
    return text.getvalue()


def _disarmed(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] and cell[0] in TRIGGERS else cell


def _write_geojson(
    target: IO[bytes], headers: list[str], rows: Iterable[list[Any]], at: int | None
) -> None:
    target.write(b'{"type":"FeatureCollection","features":[')
    for number, row in enumerate(rows):
        shape = None if at is None else row[at]
        properties = {
            h: _plain(v) for i, (h, v) in enumerate(zip(headers, row, strict=True)) if i != at
        }
        feature = {
            "type": "Feature",
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            "properties": properties,
        }
        target.write((",\n" if number else "\n").encode())
        target.write(json.dumps(feature, ensure_ascii=False).encode())
    target.write(b"\n]}\n")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
