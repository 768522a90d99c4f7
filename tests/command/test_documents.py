from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document

from anlan.command.documents import official_report_docx
from anlan.command.services import (
    casualties_update,
    official_report_draft,
    official_report_send,
    official_report_sign,
    report_verify,
)
from anlan.command.types import Fact
from kit.leak import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.command.models import Incident, OfficialReport, Report
    from kit.people import People

LATER = NOW + timedelta(minutes=20)


def opened(report: OfficialReport) -> Any:
    return Document(BytesIO(official_report_docx(report)))


def text_of(document: Any) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def marks_of(document: Any) -> str:
    return str(document.sections[0].header.paragraphs[0].text)


@pytest.fixture
def signed(leak: Incident, people: People) -> OfficialReport:
    draft = official_report_draft(
        incident_id=leak.pk,
        kind="initial",
        by=people.lin_lan,
        now=LATER,
        recipient="省政府安委会办公室",
    )
    return official_report_sign(report_id=draft.pk, by=people.gao_feng, now=LATER)


def test_the_file_is_laid_out_as_official_documents_are(signed: OfficialReport) -> None:
    document = opened(signed)
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert lines[0] == "章丘区应急值班信息"
    assert lines[1] == "370114-20260301-0001　第1号　　签发人：高峰"
    assert lines[2] == "关于章丘区齐鲁化工园区危险化学品事故的信息报告\n（初报）"
    assert lines[3] == "省政府安委会办公室："
    assert "2026年3月1日10时30分" in lines
    section = document.sections[0]
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    assert document.paragraphs[4].paragraph_format.first_line_indent.pt == 32
    assert marks_of(document) == ""


def test_every_number_stands_in_the_table_with_its_source(signed: OfficialReport) -> None:
    table = opened(signed).tables[-1]
    rows = {row.cells[0].text: [cell.text for cell in row.cells] for row in table.rows}
    assert rows["受伤"] == [
        "受伤",
        "2人",
        "园区管委会电话报告，3月1日10时08分",
        "3月1日10时08分",
        "待核实",
    ]
    assert [cells[0] for cells in rows.values() if not cells[2]] == []
    assert "死亡" not in rows


def test_a_draft_says_so_on_every_page(leak: Incident, people: People) -> None:
    draft = official_report_draft(incident_id=leak.pk, kind="initial", by=people.lin_lan, now=LATER)
    assert marks_of(opened(draft)) == "未签发草稿，不得外传"


def test_an_exercise_carries_its_watermark(receive: Callable[..., Report], people: People) -> None:
    incident = report_verify(report_id=receive(lane="ex-1").pk, by=people.lin_lan, now=NOW)
    draft = official_report_draft(
        incident_id=incident.pk, kind="initial", by=people.lin_lan, now=LATER
    )
    assert "演练　演练　演练" in marks_of(opened(draft))


def test_example_data_is_marked(leak: Incident, people: People) -> None:
    fact = Fact(key="zone", label="区内人口", value=9, unit="人", source="人口网格（示例分布）")
    draft = official_report_draft(
        incident_id=leak.pk, kind="initial", by=people.lin_lan, now=LATER, extra_facts=[fact]
    )
    assert "含示例数据" in marks_of(opened(draft))


def test_a_follow_up_has_the_table_of_changes(
    signed: OfficialReport, leak: Incident, people: People
) -> None:
    official_report_send(report_id=signed.pk, by=people.gao_feng, now=LATER)
    casualties_update(
        incident_id=leak.pk,
        figures={"injured": 1},
        source="市立五院",
        decrease_reason="一人排除中毒",
        by=people.lin_lan,
        now=LATER,
    )
    report = official_report_draft(
        incident_id=leak.pk, kind="follow_up", by=people.lin_lan, now=LATER
    )
    changes = opened(report).tables[0]
    rows = [[cell.text for cell in row.cells] for row in changes.rows]
    assert ["受伤", "2人", "1人", "市立五院", "一人排除中毒"] in rows
    assert "（续报一）" in text_of(opened(report))


def test_no_page_break_cuts_a_row_or_leaves_the_signer_alone(signed: OfficialReport) -> None:
    document = opened(signed)
    assert all(row._tr.trPr.xpath("w:cantSplit") for row in document.tables[-1].rows[1:])
    last = next(i for i, p in enumerate(document.paragraphs) if p.text.endswith("应急指挥中心"))
    held = document.paragraphs[last - 1 : last + 1]
    assert [p.paragraph_format.keep_with_next for p in held] == [True, True]
