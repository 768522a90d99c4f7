"""Small pieces of pages: icons, words for codes, figures with their source."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from anlan.command.rules.scenario_changes import INPUT_LABELS, INPUT_WORDS
from anlan.command.types import FIGURE_LABELS
from anlan.core.choices import Grade
from anlan.core.dictionaries import event_code
from anlan.plans.rules import shipped_vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.safestring import SafeString

register = template.Library()

LARGE = 100
MINUTE, HOUR = 60, 3600
METRIC_CODE = re.compile(r"[a-z][a-z0-9_]{3,}")


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a symbol of the sprite. Decoration: the word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("console/icons.svg"),
        name,
    )


@register.filter
def event_name(code: str) -> str:
    """Return the name of a kind of event; the code itself when the table lost it."""
    try:
        return event_code(code).name
    except LookupError:
        return code


@register.simple_tag
def casualties(row: Any) -> SafeString:
    """Write the figures of people; what nobody knows is 不明, not zero."""
    held = [(label, getattr(row, name, None)) for name, label in FIGURE_LABELS.items()]
    known = [(label, value) for label, value in held if value is not None]
    if not known:
        return format_html('<span class="quiet">{}</span>', _("不明"))
    return format_html_join(
        "　", '{} <b class="figure">{}</b>', ((_(label), value) for label, value in known)
    )


@register.filter
def detail_rows(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and value of what was entered besides; words instead of codes."""
    rows = []
    for name, value in details.items():
        if isinstance(value, dict):
            rows += detail_rows(value)
        elif name in INPUT_LABELS:
            rows.append((_(INPUT_LABELS[name]), _word(value)))
    return rows


@register.filter
def amount(value: object) -> str:
    """Write a number for reading: thousands apart, decimals only where they say something."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or abs(value) >= LARGE or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) < 1 else f"{value:,.1f}"


@register.filter
def duration_words(seconds: float | None) -> str:
    """Write how long something took: seconds up to two minutes, then minutes, then hours."""
    if seconds is None:
        return "—"
    if seconds < 2 * MINUTE:
        return _("%(n)s 秒") % {"n": round(seconds)}
    if seconds < 2 * HOUR:
        return _("%(n)s 分钟") % {"n": round(seconds / MINUTE)}
    return _("%(n)s 小时") % {"n": f"{seconds / HOUR:.1f}"}


@register.simple_tag
def grade_tag(incident: Any) -> SafeString:
    """Write the grade: the decided one, else the proposed one, said to be proposed."""
    if incident.grade:
        words = incident.get_grade_display()
        return format_html('<span class="tag g{}">{}</span>', incident.grade, words)
    if incident.grade_proposed:
        words = _("建议：%(grade)s") % {"grade": incident.get_grade_proposed_display()}
        return format_html('<span class="tag g{}">{}</span>', incident.grade_proposed, words)
    return format_html('<span class="tag">{}</span>', _("未达等级"))


@register.simple_tag
def colour_tag(colour: str, name: str = "") -> SafeString:
    """Write a warning colour with its word; no colour means that a person must decide."""
    if not colour:
        return format_html('<span class="tag">{}</span>', _("颜色待定"))
    words = name or (Grade(colour).label if colour in Grade.values else colour)
    return format_html('<span class="tag {}">{}</span>', colour, words)


@register.filter
def moment(text: Any) -> str:
    """Write a time that stands in JSON."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text)
    return localtime(at).strftime("%m-%d %H:%M")


@register.filter
def figures_words(figures: Mapping[str, Any]) -> str:
    """Write figures of people as words."""
    known = [(FIGURE_LABELS.get(n, n), v) for n, v in figures.items() if v is not None]
    return "、".join(f"{_(label)} {value}" for label, value in known) or _("不明")


@register.filter
def reason_words(reason: Any) -> str:
    """Write a stored reason with its clause and whether it is 待确认."""
    if not isinstance(reason, dict):
        return str(reason)
    basis = "，".join(part for part in (reason.get("basis"), reason.get("mark")) if part)
    return f"{reason.get('text', '')}{f'（依据：{basis}）' if basis else ''}"


@register.filter
def metric_words(text: str) -> str:
    """Write the names of metrics instead of their codes."""
    names = {code: metric.name for code, metric in shipped_vocabulary().metrics.items()}
    return METRIC_CODE.sub(lambda found: names.get(found[0], found[0]), text)


@register.filter
def zone_words(key: str, zones: list[dict[str, Any]]) -> str:
    """Write the label of an area instead of its key."""
    return next((str(zone["label"]) for zone in zones if zone.get("key") == key), key)


@register.filter
def change_words(change: Any) -> str:
    """Write one line of what changed since the last report."""
    if not isinstance(change, dict):
        return str(change)
    before, after = change.get("old"), change.get("new")
    nothing = _("不明")
    text = f"{change.get('label', '')}：{nothing if before is None else before} → "
    text += f"{nothing if after is None else after}{change.get('unit', '')}"
    return f"{text}（{change['reason']}）" if change.get("reason") else text


@register.inclusion_tag("console/parts/figure.html")
def figure(entry: Any) -> dict[str, Any]:
    """Show a number with its unit; its source appears on hover, focus and in print."""
    return {"figure": entry if isinstance(entry, dict) else None}


def _word(value: object) -> str:
    if isinstance(value, bool | str) and value in INPUT_WORDS:
        return _(INPUT_WORDS[value])
    return amount(value)
