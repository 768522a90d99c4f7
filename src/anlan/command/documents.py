"""Official reports as Word files, laid out as Chinese official documents are (GB/T 9704-2012).

A4, margins 37/35/28/26 mm, title 二号 小标宋, text 三号 仿宋 with an indent of two characters and lines
28 pt apart. Behind the text stands a table in which every number has its source.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from anlan.command.choices import OfficialReportStatus
from anlan.command.selectors.facts import facts_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anlan.command.models import OfficialReport

__all__ = ["document_marks", "official_report_docx"]

TITLE_FONT, TEXT_FONT, HEAD_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
TITLE_PT, TEXT_PT, TABLE_PT, ISSUER_PT = 22, 16, 10.5, 30
LINE_PT = 28
FACT_MM, CHANGE_MM = (28, 44, 44, 24, 16), (28, 34, 34, 32, 28)
"""Widths of the columns; each set fills the 156 mm between the margins."""
RED = RGBColor(0xD3, 0x2F, 0x2F)
DRAFT = "未签发草稿，不得外传"


def official_report_docx(report: OfficialReport) -> bytes:
    """Return the Word file of a report. The same report gives the same words every time."""
    document = Document()
    _page(document)
    marks = document_marks(report)
    _head(document, report, marks)
    _paragraph(
        document,
        "\n（".join(report.title.rsplit("（", 1)),  # 初报, 续报 on a line of its own
        font=TITLE_FONT,
        size=TITLE_PT,
        align=WD_ALIGN_PARAGRAPH.CENTER,
        before=18,
        after=14,
        line=34,
    )
    if report.recipient:
        _paragraph(document, f"{report.recipient}：")
    body = [_paragraph(document, line, indent=True) for line in report.text.splitlines()]
    if body:  # who signs does not stand alone on the next page
        body[-1].paragraph_format.keep_with_next = True
    _sign_off(document, report)
    if report.diff:
        _paragraph(document, "附一：与上次报告相比的变化", font=HEAD_FONT, before=12)
        rows = [_change_row(change) for change in report.diff]
        _table(document, ("项目", "原报", "现报", "来源", "减少原因"), rows, widths_mm=CHANGE_MM)
    title = "附二：要素与来源" if report.diff else "附：要素与来源"
    _paragraph(document, title, font=HEAD_FONT, before=12).paragraph_format.keep_with_next = True
    facts = [fact for fact in facts_from_json(report.facts) if fact.value not in (None, "")]
    _table(
        document,
        ("要素", "内容", "来源", "统计时点", "状态"),
        [(f.label, f"{f.value}{f.unit}", f.source, f.at, f.status) for f in facts],
        widths_mm=FACT_MM,
    )
    if report.missing:
        _paragraph(document, f"尚缺要素：{'、'.join(report.missing)}。", size=TABLE_PT, before=6)
    _page_number(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def document_marks(report: OfficialReport) -> tuple[str, ...]:
    """Return what must stand on every page: exercise, draft, example data."""
    marks = []
    if report.is_exercise:
        marks.append("演练　演练　演练（非真实事件）")
    if any("示例" in str(fact.get("source", "")) for fact in report.facts):
        marks.append("含示例数据，仅供演示")
    if report.status == OfficialReportStatus.DRAFT:
        marks.append(DRAFT)
    return tuple(marks)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _set_font(document.styles["Normal"], TEXT_FONT, TEXT_PT)


def _head(document: Any, report: OfficialReport, marks: Sequence[str]) -> None:
    """Put the marks on every page, then the issuer, the number and the red rule."""
    header = document.sections[0].header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = header.add_run("　　".join(marks))
    run.bold = True
    run.font.color.rgb = RED
    _set_font(run, HEAD_FONT, 14)
    issuer = f"{report.incident.division.name}应急值班信息"
    _paragraph(
        document,
        issuer,
        font=TITLE_FONT,
        size=ISSUER_PT,
        align=WD_ALIGN_PARAGRAPH.CENTER,
        colour=RED,
        line=44,
    )
    signer = f"　　签发人：{report.signed_by}" if report.signed_by else ""
    number = f"{report.incident.number}　第{report.number}号{signer}"
    rule = _paragraph(document, number, align=WD_ALIGN_PARAGRAPH.CENTER)
    _bottom_rule(rule)


def _sign_off(document: Any, report: OfficialReport) -> None:
    at = timezone.localtime(report.signed_at or report.drafted_at)
    issuer = f"{report.incident.division.name}应急指挥中心"
    day = f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02d}分"
    first = _paragraph(document, issuer, align=WD_ALIGN_PARAGRAPH.RIGHT, before=LINE_PT)
    first.paragraph_format.keep_with_next = True
    _paragraph(document, day, align=WD_ALIGN_PARAGRAPH.RIGHT)


def _paragraph(
    document: Any,
    text: str,
    *,
    font: str = TEXT_FONT,
    size: float = TEXT_PT,
    align: Any = None,
    indent: bool = False,
    colour: RGBColor | None = None,
    before: float = 0,
    after: float = 0,
    line: float = LINE_PT,
) -> Any:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    _set_font(run, font, size)
    if colour is not None:
        run.font.color.rgb = colour
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    if indent:
        layout.first_line_indent = Pt(2 * size)
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _table(
    document: Any,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    widths_mm: Sequence[float],
) -> None:
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _repeat_head(table.rows[0])
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _fill(cell, head, bold=True)
    for row in rows:
        added = table.add_row()
        _keep_whole(added)
        for cell, value in zip(added.cells, row, strict=True):
            _fill(cell, str(value))
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _fill(cell: Any, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.bold = bold
    _set_font(run, TEXT_FONT, TABLE_PT)


def _change_row(change: dict[str, Any]) -> tuple[str, ...]:
    def said(value: object) -> str:
        return "不详" if value in (None, "") else f"{value}{change['unit']}"

    return (
        str(change["label"]),
        said(change["old"]),
        said(change["new"]),
        str(change["new_source"]),
        str(change["reason"]),
    )


def _set_font(styled: Any, name: str, size: float) -> None:
    """Set the font for Latin and for Chinese characters: Word keeps them apart."""
    styled.font.name, styled.font.size = name, Pt(size)
    properties = styled.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _bottom_rule(paragraph: Any) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", "D32F2F")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _repeat_head(row: Any) -> None:
    """Let the head of the table stand again on each page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _keep_whole(row: Any) -> None:
    """Let no page break cut through the row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _page_number(document: Any) -> None:
    """Write — 1 — at the foot of each page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
    paragraph.add_run(" —")
