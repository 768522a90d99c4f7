from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from anlan.core.records.services import records_load
from anlan.register.models import Hospital

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from kit.people import Places


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def hospitals(places: Places) -> dict[str, Any]:
    """人民医院 in Zhangqiu and 市立医院 in another city."""
    common = {"beds_total": 500, "beds_free": 80, "contact_phone": "13812345678"}
    common |= {"specialties": ("burn",), "synthetic": True}
    rows = [
        {**common, "name": "人民医院", "division": "370114", "location": (117.52, 36.71)},
        {**common, "name": "东昌府医院", "division": "371502", "location": (115.98, 36.45)},
    ]
    records_load("hospital", rows, by=None, now=timezone.now())
    return {row.name: row for row in Hospital.objects.all()}
