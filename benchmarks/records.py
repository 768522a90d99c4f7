"""Records: a list of 100,000 rows, an Excel file of 50,000, a place by its name."""

from __future__ import annotations

import io
import os
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["run"]

LISTED, IMPORTED = 100_000, 50_000
TIMES = 15
HEADERS = [
    *("名称", "行政区划", "地址", "联系电话", "等级", "床位总数", "空余床位", "专科能力"),
    *("设急诊", "经度", "纬度", "数据时间"),
]
PAGES = {
    "first_page": "",
    "last_page": "?page=2000",
    "sorted": "?sort=-owner",
    "filtered": "?division=370114000000&online=1",
    "searched": "?q=监控99999",
}


def run() -> dict[str, Any]:
    """Measure on a database file of its own, which is thrown away."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kit.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    with tempfile.TemporaryDirectory() as folder:
        settings.VAR = Path(folder)
        connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        setup_test_environment(debug=False)
        kept = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            return _measure()
        finally:
            connection.creation.destroy_test_db(kept, verbosity=0)
            teardown_test_environment()


def _measure() -> dict[str, Any]:
    from anlan.console.selectors.places import places_called
    from kit.people import make_people, make_places

    people = make_people(make_places())
    result: dict[str, Any] = {"import_50000_excel_rows": _import(people.xu_jing)}
    result["place_among_50000_records_ms"] = _milliseconds(
        lambda: places_called("医院4999", user=people.lin_lan)
    )
    _cameras(LISTED)
    result["list_100000_rows_ms"] = _pages(people.lin_lan)
    return result


def _import(by: Any) -> dict[str, Any]:
    import openpyxl
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from anlan.core.records.registry import record_type
    from anlan.core.records.services import import_begin, import_run

    rows = (
        [
            *(f"医院{n}", "370114", f"明水街道{n}号", "0531-80000000", "三级甲等", 500, n % 400),
            *("烧伤、中毒", "是", 117.2 + n / 1e6, 36.7, "2026-01-01 08:00"),
        ]
        for n in range(IMPORTED)
    )
    book = openpyxl.Workbook()  # not our own export: Excel writes the extent and shared strings
    book.worksheets[0].append(HEADERS)
    for row in rows:
        book.worksheets[0].append(row)
    target = io.BytesIO()
    book.save(target)
    now, start, busy = timezone.now(), time.perf_counter(), time.process_time()
    begun = import_begin(
        declared=record_type("hospital"),
        upload=SimpleUploadedFile("医院.xlsx", target.getvalue()),
        mode="all",
        refuse_existing=False,
        datum="wgs84",
        by=by,
        now=now,
    )
    done = import_run(run=begun, now=now)
    seconds = time.perf_counter() - start
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(time.process_time() - busy, 1),
        "created": done.created,
        "file_bytes": len(target.getvalue()),
        "columns": len(HEADERS),
        "goal_seconds": 60,
    }


def _cameras(count: int) -> None:
    from shapely.geometry import Point

    from anlan.register.models import Camera

    rows = (
        Camera(
            name=f"监控{n}",
            division_id="370114000000" if n % 3 else "370102000000",
            owner=f"单位{n % 97}",
            location=Point(117 + n % 1000 / 1000, 36.5 + n // 1000 / 1000),
        )
        for n in range(count)
    )
    Camera.objects.bulk_create(rows, batch_size=2000)


def _pages(user: Any) -> dict[str, Any]:
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(user)

    def fetch(query: str) -> None:
        answer = client.get(f"/records/camera/{query}")
        if answer.status_code != 200 or not answer.context["lines"]:
            raise RuntimeError(f"{query}: {answer.status_code}")

    measured: dict[str, Any] = {
        name: _milliseconds(partial(fetch, query)) for name, query in PAGES.items()
    }
    return {**measured, "goal_ms": 200}


def _milliseconds(function: Callable[[], object]) -> dict[str, float]:
    function()
    taken, busy = [], time.process_time()
    for _ in range(TIMES):
        start = time.perf_counter()
        function()
        taken.append(1000 * (time.perf_counter() - start))
    ordered = sorted(taken)
    used = 1000 * (time.process_time() - busy) / TIMES
    return {
        "p50": round(ordered[TIMES // 2], 1),
        "max": round(ordered[-1], 1),
        "processor": round(used, 1),  # what it takes where nothing else runs
    }
