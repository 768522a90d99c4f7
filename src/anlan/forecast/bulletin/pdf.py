"""The page as PDF: A4, one page, in the Chinese font that every reader brings (STSong-Light)."""

from __future__ import annotations

import io
import re
from html import escape
from typing import TYPE_CHECKING, Any, Final

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    Image,
    KeepInFrame,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anlan.forecast.bulletin.contents import Bulletin

__all__ = ["bulletin_pdf", "fitting_scale"]

FONT: Final = "STSong-Light"
LEFT, TOP = 15 * mm, 12 * mm
WIDE, HIGH = A4[0] - 2 * LEFT, A4[1] - 2 * TOP
MAP_HIGH: Final = WIDE * 640 / 1180
HEAD: Final = colors.HexColor("#1f3a5f")
LINE: Final = colors.HexColor("#b8bcc4")


SCALES: Final = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)
"""Sizes tried, the largest that fits on the page is taken."""


class _Styles:
    """The styles of the page at a size."""

    def __init__(self, scale: float) -> None:
        grey = colors.HexColor("#444444")
        self.scale = scale
        self.title = self._style(17, alignment=TA_CENTER, textColor=HEAD, spaceAfter=2)
        self.info = self._style(9, alignment=TA_CENTER, textColor=grey)
        self.section = self._style(11, textColor=HEAD, spaceBefore=4, spaceAfter=2)
        self.text = self._style(9.5)
        self.lead = self._style(10.5, leftIndent=11)
        self.small = self._style(8)
        self.cell = self._style(8.5)
        self.foot = self._style(7.5, textColor=grey)

    def _style(self, size: float, **more: Any) -> ParagraphStyle:
        points = size * self.scale
        return ParagraphStyle(
            "s", fontName=FONT, fontSize=points, leading=points * 1.38, wordWrap="CJK", **more
        )


def bulletin_pdf(bulletin: Bulletin, picture: bytes) -> bytes:
    """Return the page as a PDF file.

    Parameters
    ----------
    bulletin
        What stands on the page.
    picture
        The map, see `anlan.forecast.bulletin.picture`.
    """
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    page = BaseDocTemplate(
        out,
        pagesize=A4,
        title=bulletin.title,
        author="安澜",
        invariant=1,
        leftMargin=LEFT,
        rightMargin=LEFT,
        topMargin=TOP,
        bottomMargin=TOP,
    )
    frame = Frame(
        LEFT, TOP, WIDE, HIGH, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )

    def marked(canvas: Any, _page: Any) -> None:
        _watermark(canvas, bulletin.watermark)

    page.addPageTemplates([PageTemplate(id="page", frames=[frame], onPageEnd=marked)])
    # a long result is set smaller rather than spill over to a second page
    story = _story(bulletin, picture, _Styles(fitting_scale(bulletin, picture)))
    page.build([KeepInFrame(WIDE, HIGH, story, mode="shrink")])
    return out.getvalue()


def fitting_scale(bulletin: Bulletin, picture: bytes) -> float:
    """Return the largest size at which everything fits on the page, 1 being the usual."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    fits = (s for s in SCALES if _fits(_story(bulletin, picture, _Styles(s))))
    return next(fits, SCALES[-1])


def _watermark(canvas: Any, words: str) -> None:
    if not words:
        return
    canvas.saveState()
    canvas.setFont(FONT, 64)
    canvas.setFillColor(colors.Color(0.75, 0.1, 0.1, alpha=0.13))
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(40)
    canvas.drawCentredString(0, 0, words)
    canvas.restoreState()


RUN_RAISED: Final = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
LOWERED: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def _words(text: str) -> str:
    """Return text as markup; the font has no raised digits of its own."""
    return RUN_RAISED.sub(
        lambda found: f"<super>{found[0].translate(LOWERED)}</super>", escape(text)
    )


def _fits(story: Sequence[Any]) -> bool:
    height = sum(
        part.wrap(WIDE, HIGH)[1] + part.getSpaceBefore() + part.getSpaceAfter() for part in story
    )
    return bool(height <= HIGH - 4)


def _p(text: str, style: ParagraphStyle, **more: Any) -> Paragraph:
    return Paragraph(_words(text), style, **more)


def _story(b: Bulletin, picture: bytes, s: _Styles) -> list[Any]:
    story: list[Any] = [
        _p(b.title, s.title),
        _p("　".join(b.head), s.info),
        Spacer(1, 4),
        *(_p(line, s.lead, bulletText="■") for line in b.summary),
        Spacer(1, 4),
        Image(io.BytesIO(picture), width=WIDE * s.scale, height=MAP_HIGH * s.scale),
        _legend(b, s),
    ]
    if b.impact:
        story.append(_p("影响范围内", s.section))
        areas = ("区域", "夜间人口", "白天人口", "重点目标", "道路")
        story.append(_table(areas, b.impact, (0.28, 0.25, 0.25, 0.1, 0.12), s))
    if b.figures:
        story.append(_p("关键数字", s.section))
        heads = ("项目", "取值", "区间", "来源")
        story.append(_table(heads, b.figures, (0.22, 0.17, 0.19, 0.42), s))
    if b.uncertainty:
        story += [_p("不确定性", s.section), _p(f"主要不确定：{b.uncertainty}", s.text)]
    if b.would_change:
        story.append(_p(f"什么会改变结论：{'；'.join(b.would_change)}", s.text))
    if b.assumptions:
        story += [_p("假定", s.section), _p("；".join(b.assumptions), s.small)]
    if b.shortfalls:
        story.append(_p(f"缺少：{'；'.join(b.shortfalls)}", s.small))
    if b.limits:
        story.append(_p(f"适用限制：{'；'.join(b.limits)}", s.small))
    story.append(Spacer(1, 4))
    story += [_p(line, s.foot) for line in b.foot]
    return story


def _legend(b: Bulletin, s: _Styles) -> Any:
    """Return the colours of the map with their words, and what its lines mean."""
    parts = [
        f'<font color="{zone.colour}">■</font> {number} {_words(zone.label)}'
        + ("（无）" if zone.area.is_empty else "")
        for number, zone in enumerate(b.zones, start=1)
    ]
    parts += ["虚线：不确定范围", "⊕ 事发地点"]
    if b.marks:
        parts.append("● 标记点")
    return Paragraph("　".join(parts), s.small)


def _table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], s: _Styles
) -> Table:
    return Table(
        [[_p(cell, s.cell) for cell in row] for row in (heads, *rows)],
        colWidths=[WIDE * width for width in widths],
        style=[
            ("GRID", (0, 0), (-1, -1), 0.4, LINE),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e8edf4")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5 * s.scale),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2 * s.scale),
        ],
    )
