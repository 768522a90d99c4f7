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
from django.utils.translation import gettext_noop

from anlan.command.rules.scenario_changes import INPUT_LABELS, INPUT_WORDS
from anlan.command.types import FIGURE_LABELS
from anlan.core.choices import Grade
from anlan.core.dictionaries import event_name
from anlan.core.models import Division
from anlan.core.numerals import SMALL, power_of_ten
from anlan.forecast.hazards.typhoon_track import TRACK_NAMES
from anlan.forecast.models_registry import MODELS
from anlan.forecast.wording import rounded
from anlan.plans.rules import shipped_vocabulary
from anlan.register.choices import HospitalGrade

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.safestring import SafeString

    from anlan.command.rules.duplicates import Likeness
    from anlan.forecast.models import ModelRun

register = template.Library()
register.filter(event_name)

METRES_IN_KM = 1000
WHOLE_FROM = 100
"""From here on a decimal says nothing to a reader."""

SEVEN_DIGITS = 1_000_000
"""From here on six digits would turn into a power: 5,000,000 is not 5e+06."""

MINUTE, HOUR = 60, 3600
MINUS = "\N{MINUS SIGN}"
SMALL_GROUND_KM2, M2_IN_KM2 = 0.01, 1e6
LEAST_SHARE, TENTH = 0.001, 0.1
METRIC_CODE = re.compile(r"[a-z][a-z0-9_]{3,}")
DISTRICT_FIGURES = {
    "wind_mean_bft": gettext_noop("平均风力"),
    "gust_bft": gettext_noop("阵风"),
    "rain_3h": gettext_noop("3小时雨量"),
    "rain_6h": gettext_noop("6小时雨量"),
    "rain_12h": gettext_noop("12小时雨量"),
    "rain_24h": gettext_noop("24小时雨量"),
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a symbol of the sprite. Decoration: the word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("console/icons.svg"),
        name,
    )


@register.filter
def said(title: object) -> str:
    """Say a title that is kept in Chinese in the reader's language, where the catalogue has it."""
    text = str(title)
    word = text.strip()  # a unit carries the space before it
    return text.replace(word, _(word)) if word else text


@register.filter
def run_name(run: ModelRun) -> str:
    """Say which study it is: its model in the reader's language, its place as it was entered."""
    model = MODELS.get(run.model)
    if model is None or not run.title.startswith(model.title):
        return str(run)
    place = run.title.removeprefix(model.title).removeprefix("：")
    names = {"model": _(model.title), "place": place}
    return _("%(model)s：%(place)s") % names if place else names["model"]


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
            rows.append((_(INPUT_LABELS[name]), _detail(name, value)))
    return rows


def _detail(name: str, value: Any) -> str:
    if name == "track":
        return _(TRACK_NAMES.get(value, str(value)))
    if name in {"start", "end"}:
        return moment(value, "%Y-%m-%d %H:%M")
    if name == "rain":
        return _rain_words(value)
    return _word(value)


def _rain_words(rows: Sequence[Mapping[str, Any]]) -> str:
    codes = [row["division"] for row in rows if row.get("division")]
    names = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    said = []
    for row in rows:
        words = _("%(hours)s 小时 %(amount)s mm") % {
            "hours": amount(row["hours"]),
            "amount": f"{row['amount_mm']:g}",
        }
        code = row.get("division")
        said.append(f"{names.get(code, code)} {words}" if code else words)
    return _("；").join(said)


@register.filter
def amount(value: object) -> str:
    """Write a number for reading: thousands apart, decimals only where they say something."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if 0 < abs(value) < SMALL:
        return power_of_ten(value)
    if isinstance(value, int) or abs(value) >= WHOLE_FROM or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) < 1 else f"{value:,.1f}"


@register.filter
def signed(value: float) -> str:
    """Write a difference with its sign."""
    words = amount(abs(value))
    return words if value == 0 else f"{'+' if value > 0 else MINUS}{words}"


@register.filter
def ground(km2: float) -> str:
    """Write a piece of ground with its unit: square metres where square kilometres are too large."""
    if km2 == 0:
        return "0"
    if km2 < SMALL_GROUND_KM2:
        return f"{rounded(km2 * M2_IN_KM2):,.0f}\N{NO-BREAK SPACE}m²"
    return f"{amount(rounded(km2, 3))}\N{NO-BREAK SPACE}km²"


@register.filter
def share(value: float) -> str:
    """Write a share as a percentage; what is next to nothing, or next to all, says so."""
    if 0 < value < LEAST_SHARE:
        return "<\N{NO-BREAK SPACE}0.1%"
    if 1 - LEAST_SHARE < value < 1:
        return ">\N{NO-BREAK SPACE}99.9%"
    digits = 1 if 0 < value < TENTH else 0
    return f"{100 * value:.{digits}f}%"


@register.filter
def plainly(value: object) -> str:
    """Write a number as it was given: an input, a threshold; no digits more, none less."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if abs(value) >= SEVEN_DIGITS:
        return f"{value:,.0f}"
    return power_of_ten(value) if 0 < abs(value) < SMALL else f"{value:,.6g}"


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
def moment(text: Any, form: str = "%m-%d %H:%M") -> str:
    """Write a time that stands in JSON."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text)
    return localtime(at).strftime(form)


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
def district_figures(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the numbers given by district as a table: titles, and the entries of each row."""
    first: dict[str, Any] = {}
    for row in rows:  # a district beyond the reach of a model lacks what the others have
        first = {**row["figures"], **first}
    names = [name for name in DISTRICT_FIGURES if name in first]
    return {
        "heads": [
            {"title": _(DISTRICT_FIGURES[name]), "to_confirm": first[name].get("to_confirm")}
            for name in names
        ],
        "rows": [(row, [row["figures"].get(name) for name in names]) for row in rows],
    }


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


@register.simple_tag
def figure(entry: Any, *, mark: bool = True) -> SafeString:
    """Show a number with its unit; its source appears on hover, focus and in print.

    Without `mark` 待确认 is left to the head of the column. Written here, not in a template: a
    package shows thousands of numbers.
    """
    if not isinstance(entry, dict):
        return format_html("—")
    value, low, high = entry.get("value"), entry.get("low"), entry.get("high")
    ranged = low is not None and high is not None and low != high
    return format_html(
        '<span class="sourced" tabindex="0" data-source="{}{}"><b class="figure">{}</b>{}{}{}</span>',
        _("来源："),
        entry.get("source", ""),
        _("不明") if value is None else amount(value),
        "" if value is None else f"\N{NO-BREAK SPACE}{_(entry.get('unit', ''))}",
        _range(amount(low), amount(high)) if ranged else "",
        format_html(' <span class="tag care">{}</span>', _("待确认"))
        if mark and entry.get("to_confirm")
        else "",
    )


@register.simple_tag
def threshold(entry: Mapping[str, Any]) -> SafeString:
    """Show what makes an area: from which value on, or in words."""
    value = entry.get("value")
    number = isinstance(value, int | float)
    return format_html(
        '<span class="sourced" tabindex="0" data-source="{}{}">{}{}\N{NO-BREAK SPACE}{}</span>',
        _("来源："),
        entry.get("source", ""),
        f"{entry.get('sign', '≥')}\N{NO-BREAK SPACE}" if number else "",
        plainly(value),
        _(entry.get("unit", "")),
    )


def _range(low: str, high: str) -> SafeString:
    return format_html(' <span class="quiet small range">（{}–{}）</span>', low, high)


@register.filter
def grouped_signals(signals: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Join the districts for which the same signal is proposed for the same reasons."""
    groups: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in signals:
        key = (row["hazard"], row["colour"], *row["reasons"])
        group = groups.setdefault(key, {"row": row, "names": []})
        group["names"].append(row["name"])
    return list(groups.values())


@register.filter
def likeness_words(likeness: Likeness) -> str:
    """Say why something may be the same thing, in the language of the reader."""
    return _("；").join(_ground(name, value) for name, value in likeness.grounds)


def _ground(name: str, value: float | str) -> str:
    if isinstance(value, str):
        said = {
            "type": _("同为%(name)s") % {"name": value},
            "group": _("同一类事件"),
            "class": _("同一大类事件"),
            "caller": _("同一联系电话"),
        }
        return said[name]
    if name == "minutes":
        return _("时间相差 %(n)s 分钟") % {"n": f"{value:.0f}"}
    if value < METRES_IN_KM:
        return _("相距 %(n)s 米") % {"n": f"{value:.0f}"}
    return _("相距 %(n)s 公里") % {"n": f"{value / METRES_IN_KM:.1f}"}


@register.filter
def hospital_grade(code: str) -> str:
    """Say the level and class of a hospital; a code that left the list is shown as it is."""
    return str(HospitalGrade(code).label) if code in HospitalGrade.values else code


def _word(value: object) -> str:
    if isinstance(value, bool | str) and value in INPUT_WORDS:
        return _(INPUT_WORDS[value])
    return amount(value)
