"""The pages of records in Chromium, on a desk, by night and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from anlan.core.records.registry import record_type
from anlan.core.records.services import records_confirm, records_load
from anlan.register.models import Hospital
from kit.pages import look, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from kit.people import People

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hospital(people: People) -> Any:
    """A hospital among sixty."""
    rows = [
        {
            "name": f"章丘第{n}人民医院",
            "division": "370114",
            "grade": "三级甲等",
            "beds_total": 500 + n,
            "beds_free": 80,
            "icu_free": 0,
            "specialties": ("burn", "toxicology"),
            "contact_name": "王主任",
            "contact_phone": "13812345678",
            "location": (117.5 + n / 1000, 36.7),
            "observed_at": "2026-03-01T08:00:00+08:00",
            "synthetic": True,
        }
        for n in range(60)
    ]
    records_load("hospital", rows, by=None, now=timezone.now())
    first = Hospital.objects.get(name="章丘第0人民医院")
    records_confirm(
        declared=record_type("hospital"), rows=[first], by=people.lin_lan, now=timezone.now()
    )
    return first


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("records", []),
        ("record-list", ["hospital"]),
        ("record", ["hospital", 0]),
        ("record-new", ["hospital"]),
        ("record-import", ["hospital"]),
        ("record-confirmations", []),
    ],
)
def test_a_page_is_sound(
    name: str,
    arguments: list[Any],
    people: People,
    hospital: Any,
    page: Page,
    sign_in: Callable[..., None],
    live_server: LiveServer,
    pictures: Path | None,
) -> None:
    sign_in(page, people.xu_jing)
    address = reverse(f"console:{name}", args=[hospital.pk if a == 0 else a for a in arguments])
    look(page, live_server.url + address, pictures, name)


def test_a_file_is_imported_by_hand(
    people: People,
    page: Page,
    sign_in: Callable[..., None],
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
    pictures: Path | None,
) -> None:
    settings.VAR = tmp_path
    sent = tmp_path / "医院.csv"
    sent.write_text(
        "名称,行政区划,床位总数,经度,纬度\n甲医院,370114,-5,117.5,36.7\n", encoding="utf-8"
    )
    sign_in(page, people.xu_jing)
    page.goto(live_server.url + reverse("console:record-import", args=["hospital"]))
    page.get_by_label("文件", exact=True).set_input_files(sent)
    page.get_by_role("button", name="检查并导入").click()
    page.wait_for_selector("text=没有导入")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载错误文件").click()
    assert download.value.suggested_filename == "医院-错误行.xlsx"
    take(page, pictures, "record-import-result", whole=False)
