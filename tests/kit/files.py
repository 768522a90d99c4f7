"""Files of records for tests: Excel, CSV, and hostile ones."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from anlan.core.records.registry import record_type
from anlan.core.records.services import import_begin, import_run
from anlan.core.records.tables import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anlan.core.models import RecordImport, User

__all__ = ["HOSPITAL", "begun", "excel", "hospital_row", "send"]

HOSPITAL = ["名称", "行政区划", "床位总数", "空余床位", "专科能力", "经度", "纬度"]


def hospital_row(number: int = 1, **changes: Any) -> list[Any]:
    """Return a good row, but for `changes` by header."""
    row: dict[str, Any] = {
        "名称": f"第{number}医院",
        "行政区划": "370114",
        "床位总数": 500,
        "空余床位": 80,
        "专科能力": "烧伤、中毒",
        "经度": 117.52,
        "纬度": 36.71,
    }
    return list((row | changes).values())


def excel(rows: Sequence[Sequence[Any]], headers: Sequence[str] = HOSPITAL) -> bytes:
    """Return an Excel file."""
    target = io.BytesIO()
    write_xlsx(target, "x", headers, rows)
    return target.getvalue()


def begun(
    data: bytes, *, by: User, key: str = "hospital", name: str = "a.xlsx", **options: Any
) -> RecordImport:
    """Return an import whose file is kept and not read yet."""
    settings: dict[str, Any] = {"mode": "all", "refuse_existing": False, "datum": "wgs84"} | options
    return import_begin(
        declared=record_type(key),
        upload=SimpleUploadedFile(name, data),
        by=by,
        now=timezone.now(),
        **settings,
    )


def send(data: bytes, *, by: User, **options: Any) -> RecordImport:
    """Import a file as the page does."""
    return import_run(run=begun(data, by=by, **options), now=timezone.now())
