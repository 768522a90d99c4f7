"""The newcomer's page is true: its code block is executed and yields a working type."""

from __future__ import annotations

import io
import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.apps import apps
from django.test import RequestFactory
from django.utils import timezone

from anlan.core.records import registry
from anlan.core.records.filters import filter_for
from anlan.core.records.forms import form_for
from anlan.core.records.resources import resource_for
from anlan.core.records.tables import write_template
from kit.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anlan.core.records.types import RecordType
    from kit.people import People

PAGE = ROOT / "docs" / "develop" / "add-a-record-type.md"
CODE = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]


def lines_that_matter() -> list[str]:
    """Return the lines of the example that are neither empty nor its docstring."""
    return [line for line in CODE.splitlines() if line.strip() and not line.startswith('"""')]


def test_a_type_takes_fewer_than_forty_lines() -> None:
    assert len(lines_that_matter()) < 40


@pytest.fixture
def hydrant() -> Iterator[RecordType]:
    """The type of the example, declared for one test."""
    module = ModuleType("anlan.register.models.hydrants")
    sys.modules[module.__name__] = module
    try:
        exec(compile(CODE, str(PAGE), "exec"), module.__dict__)  # noqa: S102 - our own page
        yield registry.record_type("hydrant")
    finally:
        registry._TYPES.pop("hydrant", None)
        apps.all_models["register"].pop("hydrant", None)
        apps.clear_cache()
        del sys.modules[module.__name__]


def test_the_example_of_the_page_is_a_whole_type(hydrant: RecordType, people: People) -> None:
    now = timezone.now()
    posted: dict[str, Any] = {
        "name": "明水1号",
        "division": "370114000000",
        "pressure_pa": "-3",
        "diameter_mm": "100",
        "location_lon": "117.5",
        "location_lat": "36.7",
        "source": "manual",
    }
    form = form_for(hydrant)(posted, declared=hydrant, user=people.lin_lan, now=now)
    assert form.errors.as_data().keys() == {"pressure_pa"}
    request = RequestFactory().get("/")
    request.user = people.lin_lan
    assert "working" in filter_for(hydrant)(request=request).filters
    book = io.BytesIO()
    write_template(book, resource_for(hydrant))
    headers = next(openpyxl.load_workbook(book).worksheets[0].iter_rows(values_only=True))
    assert {"名称", "行政区划", "压力（Pa）", "完好", "经度", "纬度"} <= set(headers)
    assert hydrant.geometry is not None
    assert hydrant.label == "消火栓"
