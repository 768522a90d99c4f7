"""The page as a Word file, to be edited before it goes out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from anlan.forecast.bulletin.pdf import fitting_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anlan.forecast.bulletin.contents import Bulletin

__all__ = ["bulletin_docx"]

TITLE_FONT, TEXT_FONT, HEAD_FONT = "方正小标宋简体", "宋体", "黑体"
WIDE_MM: Final = 180.0
CHINESE: Final = "zh-CN"
HEAD: Final = RGBColor(0x1F, 0x3A, 0x5F)
RED: Final = RGBColor(0xC6, 0x28, 0x28)


def bulletin_docx(bulletin: Bulletin, picture: bytes) -> bytes:
    """Return the page as a Word file; the watermark stands in its head.

    Sizes follow the page as PDF: what is set smaller there to fit is set smaller here, and a little
    more, because Word breaks lines by the fonts that it finds.
    """
    scale = fitting_scale(bulletin, picture)
    shrink = 1.0 if scale == 1.0 else scale * 0.9
    document = Document()
    document.styles["Normal"].font.size = Pt(10.5 * shrink)
    _describe(document, bulletin)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(12)
    section.header_distance = section.footer_distance = Mm(6)
    if bulletin.watermark:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(head, f"【{bulletin.watermark}】", size=12, font=HEAD_FONT, colour=RED)
    _line(document, bulletin.title, size=16, font=TITLE_FONT, colour=HEAD, centre=True, level=1)
    _line(document, "　".join(bulletin.head), size=9, centre=True)
    for text in bulletin.summary:
        _line(document, f"■ {text}", size=10.5)
    document.add_picture(io.BytesIO(picture), width=Mm(WIDE_MM * shrink))
    document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _tight(document.paragraphs[-1])
    areas = "、".join(zone.label for zone in bulletin.zones) or "无范围"
    document.inline_shapes[-1]._inline.docPr.set("descr", f"示意图：{areas}")
    _legend(document, bulletin)
    if bulletin.impact:
        _head(document, "影响范围内")
        heads = ("区域", "夜间人口", "白天人口", "重点目标", "道路")
        _table(document, heads, bulletin.impact, (0.28, 0.25, 0.25, 0.1, 0.12))
    if bulletin.figures:
        _head(document, "关键数字")
        _table(
            document, ("项目", "取值", "区间", "来源"), bulletin.figures, (0.24, 0.19, 0.19, 0.38)
        )
    if bulletin.uncertainty:
        _head(document, "不确定性")
        _line(document, f"主要不确定：{bulletin.uncertainty}", size=9)
    if bulletin.would_change:
        _line(document, f"什么会改变结论：{'；'.join(bulletin.would_change)}", size=9)
    if bulletin.assumptions:
        _head(document, "假定")
        _line(document, "；".join(bulletin.assumptions), size=8)
    if bulletin.shortfalls:
        _line(document, f"缺少：{'；'.join(bulletin.shortfalls)}", size=8)
    if bulletin.limits:
        _line(document, f"适用限制：{'；'.join(bulletin.limits)}", size=8)
    for text in bulletin.foot:
        _line(document, text, size=7.5)
    _resize(document, shrink)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _describe(document: Any, bulletin: Bulletin) -> None:
    """Say what the file is, in which language, so that lists of files and readers aloud know it."""
    about = document.core_properties
    about.title, about.author, about.language = bulletin.title, "安澜", CHINESE
    about.comments = ""
    for run in document.styles.element.iter(qn("w:lang")):
        run.set(qn("w:val"), CHINESE)
        run.set(qn("w:eastAsia"), CHINESE)


def _resize(document: Any, shrink: float) -> None:
    """Set every run smaller by the same share."""
    if shrink == 1.0:
        return
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    paragraphs = [*document.paragraphs, *(p for cell in cells for p in cell.paragraphs)]
    for paragraph in paragraphs:
        for run in paragraph.runs:
            if run.font.size is not None:
                run.font.size = Pt(round(run.font.size.pt * shrink * 2) / 2)


def _run(
    paragraph: Any,
    text: str,
    *,
    size: float,
    font: str = TEXT_FONT,
    colour: RGBColor | None = None,
) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if colour is not None:
        run.font.color.rgb = colour


def _tight(paragraph: Any) -> None:
    paragraph.paragraph_format.space_before = Pt(0)
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing = 1.0


def _line(
    document: Any,
    text: str,
    *,
    size: float,
    font: str = TEXT_FONT,
    colour: RGBColor | None = None,
    centre: bool = False,
    level: int = 0,
) -> None:
    paragraph = document.add_paragraph(style=f"Heading {level}" if level else None)
    _tight(paragraph)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, text, size=size, font=font, colour=colour)


def _head(document: Any, text: str) -> None:
    _line(document, text, size=11, font=HEAD_FONT, colour=HEAD, level=2)


def _legend(document: Any, bulletin: Bulletin) -> None:
    paragraph = document.add_paragraph()
    _tight(paragraph)
    for number, zone in enumerate(bulletin.zones, start=1):
        _run(paragraph, "■ ", size=9, colour=RGBColor.from_string(zone.colour[1:].upper()))
        word = "（无）" if zone.area.is_empty else ""
        _run(paragraph, f"{number} {zone.label}{word}　", size=8)
    _run(paragraph, "虚线：不确定范围　⊕ 事发地点", size=8)


def _table(
    document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
) -> None:
    table = document.add_table(rows=0, cols=len(heads))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(WIDE_MM * width)  # the grid: without it every column is as wide
    for number, row in enumerate((heads, *rows)):
        added = table.add_row()
        cells = added.cells
        if number == 0:
            added._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.width = Mm(WIDE_MM * width)
            paragraph = cell.paragraphs[0]
            _tight(paragraph)
            _run(paragraph, text, size=8.5, font=HEAD_FONT if number == 0 else TEXT_FONT)
            if number == 0:
                _shade(cell)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "E8EDF4")
    cell._element.get_or_add_tcPr().append(shade)
