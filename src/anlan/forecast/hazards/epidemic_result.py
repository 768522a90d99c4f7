"""What the courses of an epidemic say: districts over the days, beds, supplies, plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.hazards.epidemic_courses import TIMES, generation_time
from anlan.forecast.hazards.epidemic_groups import AGES
from anlan.forecast.hazards.epidemic_tables import tables
from anlan.forecast.hazards.epidemic_told import RANGE, near, ranged, ward_capacity
from anlan.forecast.types import Figure, Footprint, Forecast, Frame, Series
from anlan.forecast.wording import people, rounded
from anlan.science.epidemic import calibration, demand, reproduction, seir
from anlan.science.epidemic.demand import protective_sets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from anlan.forecast.hazards.epidemic_courses import Fit
    from anlan.forecast.hazards.epidemic_told import Other, Told

__all__ = ["tell"]

DAY_MINUTES: Final = 1440.0
LEVELS: Final = ((1000.0, "高流行区"), (100.0, "中流行区"), (10.0, "低流行区"))
"""Infectious people per 100 000 from which a district is coloured; platform default, 待确认."""

SHOWN_DAYS: Final = 16
TITLE: Final = seir.CARD.title_zh


def tell(told: Told, others: Sequence[Other]) -> Forecast:
    """Return the result."""
    figures = _figures(told)
    shortfalls = []
    if not told.groups.districts:
        shortfalls.append("没有城市数据包：只算全市合计，不画区县")
    if ward_capacity(told) is None:
        shortfalls.append("没有登记医院空床，也未填可用床位：只给需求，不给缺口")
    return Forecast(
        model="epidemic",
        version=f"v{seir.CARD.version}.{demand.CARD.version}",
        title=TITLE,
        footprints=_footprints(told),
        figures=figures,
        assumptions=told.assumptions,
        reasons=_reasons(told),
        limits=tuple(
            dict.fromkeys(
                (*seir.CARD.limits, *demand.CARD.limits)
                + ((*calibration.CARD.limits, *reproduction.CARD.limits) if told.fit else ())
            )
        ),
        shortfalls=tuple(shortfalls),
        frames=_frames(told),
        series=_series(told),
        tables=tables(told, others),
        summary=_summary(told, others, figures),
        uncertainty=_uncertainty(told),
        would_change=(
            "停课、限制聚集、疫苗等措施提前或加强：见“干预对比”表",
            "查明再生数、重症比例与默认不同：录入后重算",
            "上传逐日病例后按实际增长校准"
            if told.fit is None
            else "新的病例数：每日更新后重新校准",
        ),
    )


def _reasons(told: Told) -> tuple[str, ...]:
    d = told.disease
    mean, sd = generation_time(d)
    said = [
        (
            f"{told.name}：R0 {d.r0:g}，潜隐期 {d.latent:g} 天，传染期 {d.infectious:g} 天，"
            f"有症状 {d.symptomatic:.0%}"
        ),
        (
            f"{len(told.groups.names)} 个区县 × {len(AGES)} 个年龄组，"
            f"{len(told.courses.members_cases)} 条过程给出 5%–95% 区间"
        ),
        "地图底色为推演期内各区县现症率最高时达到的级别；时间轴上为当日级别",
        (
            f"发病至入院平均 {TIMES.delay:g} 天，普通床 {TIMES.ward_stay:g} 天，"
            f"重症床 {TIMES.care_stay:g} 天"
        ),
    ]
    if told.fit is not None and told.report is not None:
        low, middle, high = told.fit.quantiles(told.fit.r0)
        said += [
            (
                f"以 {told.report.at(0):%Y-%m-%d} 至"
                f" {told.report.at(told.report.points - 1):%Y-%m-%d}"
                f" 的 {told.fit.observed.sum():.0f} 例校准：再生数 {middle:.2f}（{low:.2f}–{high:.2f}）"
            ),
            (
                f"Rt 按 Cori 法，7 日窗口，序列间隔均值 {mean:.1f} 天、标准差 {sd:.1f} 天"
                "（由潜隐期与传染期推得）"
            ),
            "推演第 0 天为病例表最后一天",
        ]
    return tuple(said)


def _uncertainty(told: Told) -> str:
    if told.fit is None:
        return "再生数与目前实际感染人数（含未发现者）"
    low, middle, high = told.fit.quantiles(told.fit.reported)
    return f"报告率（{middle:.0%}，{low:.0%}–{high:.0%}）难以由病例数单独确定，决定规模；其次为重症比例"


def _footprints(told: Told) -> tuple[Footprint, ...]:
    if not told.groups.districts:
        return ()
    low, high = told.prevalence_range
    middle = told.prevalence
    found = []
    for level, label in LEVELS:
        area, least, most = (
            told.groups.area(np.flatnonzero(values.max(axis=0) >= level).tolist())
            for values in (middle, low, np.maximum(high, middle))
        )
        first = np.flatnonzero((middle >= level).any(axis=1))
        figures = {}
        if first.size:
            figures["最早达到"] = Figure(
                value=int(first[0]),
                unit="天",
                source=told.source,
                low=float(_first(high, level, float(first[0]))),
                high=float(_first(low, level, float(told.days))),
                note="上限等于推演天数时表示可能不达到",
            )
        found.append(
            Footprint(
                key=f"prevalence{level:.0f}",
                label=f"{label}（现症 ≥ {level:g}/10万）",
                threshold=Figure(
                    value=level,
                    unit="人/10万",
                    source="平台默认分级",
                    to_confirm=True,
                ),
                area=area,
                envelope=most,
                figures=figures,
                members=(least, most),
            )
        )
    return tuple(found)


def _first(values: NDArray[np.float64], level: float, never: float) -> float:
    hit = np.flatnonzero((values >= level).any(axis=1))
    return float(hit[0]) if hit.size else never


def _frames(told: Told) -> tuple[Frame, ...]:
    """Return the districts of each level on some of the days."""
    if not told.groups.districts:
        return ()
    shown = np.unique(np.linspace(0, told.days, SHOWN_DAYS).round().astype(int))
    return tuple(
        Frame(
            minutes=float(day) * DAY_MINUTES,
            areas={
                f"prevalence{level:.0f}": told.groups.area(
                    np.flatnonzero(told.prevalence[day] >= level).tolist()
                )
                for level, _label in LEVELS
            },
        )
        for day in shown
    )


def _series(told: Told) -> tuple[Series, ...]:
    courses, care, members = told.courses, told.care, told.care_members
    found = [
        _line("infectious", "现症感染者", "人", courses.infectious.sum(axis=1),
              courses.members_infectious.sum(axis=2), told),
        _line("cases", "每日新发病例", "例", courses.cases[courses.past :].sum(axis=1),
              courses.members_cases[:, courses.past :].sum(axis=2), told),
        _line("ward_beds", "普通（隔离）床位需求", "张", care.ward_beds, members.ward_beds, told),
        _line("care_beds", "重症床位需求", "张", care.care_beds, members.care_beds, told),
    ]  # fmt: skip
    if told.fit is not None:
        past = len(told.fit.observed)
        found.append(
            Series(
                key="reported",
                label="已报告病例",
                unit="例",
                minutes=tuple((k - past + 1) * DAY_MINUTES for k in range(past)),
                values=tuple(told.fit.observed.tolist()),
                source="上传的病例表",
            )
        )
        found += _rt(told.fit, past)
    return tuple(found)


def _rt(fit: Fit, past: int) -> list[Series]:
    r = fit.reproduction
    if r is None:
        return []
    seen = np.isfinite(r.mean)
    if not seen.any():
        return []
    return [
        Series(
            key="rt",
            label="实时再生数 Rt",
            unit="",
            minutes=tuple(((r.last_day[seen] - past + 1) * DAY_MINUTES).tolist()),
            values=tuple(r.mean[seen].round(3).tolist()),
            low=tuple(r.low[seen].round(3).tolist()),
            high=tuple(r.high[seen].round(3).tolist()),
            source=f"{reproduction.CARD.title_zh} v{reproduction.CARD.version}",
        )
    ]


def _line(
    key: str,
    label: str,
    unit: str,
    values: NDArray[np.float64],
    members: NDArray[np.float64],
    told: Told,
) -> Series:
    low, high = np.quantile(members, RANGE, axis=0)
    start = 0 if len(values) == told.days + 1 else 1
    return Series(
        key=key,
        label=label,
        unit=unit,
        minutes=tuple((k + start) * DAY_MINUTES for k in range(len(values))),
        values=tuple(values.round(1).tolist()),
        low=tuple(np.minimum(low, values).round(1).tolist()),
        high=tuple(np.maximum(high, values).round(1).tolist()),
        source=told.source,
    )


def _peak(
    values: NDArray[np.float64], members: NDArray[np.float64], unit: str, source: str
) -> Figure:
    return ranged(float(values.max()), members.max(axis=-1), unit, source)


def _figures(told: Told) -> dict[str, Figure]:
    courses, care, members = told.courses, told.care, told.care_members
    text = told.source
    bed_text = f"{demand.CARD.title_zh} v{demand.CARD.version}，重症比例为示例"
    sick, sick_members = courses.infectious.sum(axis=1), courses.members_infectious.sum(axis=2)
    day = int(np.argmax(sick))
    days = np.argmax(sick_members, axis=1)
    total = courses.cases[courses.past :].sum()
    totals = courses.members_cases[:, courses.past :].sum(axis=(1, 2))
    low, high = np.quantile(totals, RANGE)
    found = {
        "峰值现症感染者": _peak(sick, sick_members, "人", text),
        "达峰时间": Figure(
            value=day,
            unit="天",
            source=text,
            low=float(min(day, round(float(np.quantile(days, RANGE[0]))))),
            high=float(max(day, round(float(np.quantile(days, RANGE[1]))))),
        ),
        "推演期累计发病": Figure(
            value=near(total),
            unit="人",
            source=text,
            low=near(min(low, total)),
            high=near(max(high, total)),
        ),
        "峰值普通（隔离）床位": _peak(care.ward_beds, members.ward_beds, "张", bed_text),
        "峰值重症床位": _peak(care.care_beds, members.care_beds, "张", bed_text),
        "防护用品累计": _sets(told, bed_text),
    }
    if told.fit is not None:
        low, middle, high = told.fit.quantiles(told.fit.r0)
        found["校准再生数"] = Figure(
            value=round(middle, 2),
            unit="",
            source=f"{calibration.CARD.title_zh} v{calibration.CARD.version}",
            low=round(low, 2),
            high=round(high, 2),
        )
        r = told.fit.reproduction
        if r is not None and np.isfinite(r.mean[-1]):
            found["最近一周 Rt"] = Figure(
                value=round(float(r.mean[-1]), 2),
                unit="",
                source=f"{reproduction.CARD.title_zh} v{reproduction.CARD.version}",
                low=round(float(r.low[-1]), 2),
                high=round(float(r.high[-1]), 2),
            )
    return found


def _sets(told: Told, text: str) -> Figure:
    a_day = told.inputs.number("sets_a_bed_day")
    beds = told.care.ward_beds + told.care.care_beds
    others = told.care_members.ward_beds + told.care_members.care_beds
    used = float(protective_sets(beds, sets_a_bed_day=a_day)[-1])
    spread = protective_sets(others, sets_a_bed_day=a_day)[:, -1]
    low, high = np.quantile(spread, RANGE)
    return Figure(
        value=near(used),
        unit="套",
        source=f"{text}；每床日 {a_day:g} 套",
        low=near(min(low, used)),
        high=near(max(high, used)),
        to_confirm=True,
    )


def _summary(told: Told, others: Sequence[Other], figures: dict[str, Figure]) -> tuple[str, ...]:
    peak, day = figures["峰值现症感染者"], figures["达峰时间"]
    ward, care = figures["峰值普通（隔离）床位"], figures["峰值重症床位"]
    last = told.days
    rising = float(str(day.value)) >= last - 1
    said = []
    if "最近一周 Rt" in figures:
        rt = figures["最近一周 Rt"]
        way = "仍在上升" if (rt.low or 0) > 1 else "已在下降" if (rt.high or 9) < 1 else "升降未定"
        said.append(f"最近一周 Rt {rt.value:g}（{rt.low:g}–{rt.high:g}），疫情{way}")
    head = f"{last} 天内未到顶，末日" if rising else f"{told.when(float(str(day.value)))}到顶，"
    said.append(
        f"{head}现症感染者 {_said(peak)}"
        + ("" if rising else f"，到顶时间第 {day.low:g}–{day.high:g} 天")
    )
    if told.groups.districts:
        reached = (told.prevalence >= LEVELS[1][0]).any(axis=0)
        if reached.any():
            first = np.where(reached, np.argmax(told.prevalence >= LEVELS[1][0], axis=0), last + 1)
            k = int(np.argmin(first))
            said.append(
                f"{told.groups.names[k]}最先达到每 10 万人 100 名现症，在{told.when(int(first[k]))}，"
                f"推演期内共 {int(reached.sum())} 个区县达到"
            )
    said.append(f"最多需普通（隔离）床位 {_said(ward)}、重症床位 {_said(care)}")
    best = min(others, key=lambda o: o.peak)
    if best.cut != told.inputs.number("contact_cut"):
        first_day = round(told.inputs.number("measure_day"))
        said.append(
            f"若从第 {first_day} 天起接触减少 {best.cut:.0%}，"
            f"推演期内峰值现症降至 {people(best.peak)}"
        )
    return tuple(said)


def _said(figure: Figure) -> str:
    """Say how many people or beds, with the range, to two leading digits."""
    values = (float(str(figure.value)), figure.low or 0.0, figure.high or 0.0)
    if figure.unit == "人":
        middle, low, high = (people(value) for value in values)
    else:
        middle, low, high = (f"{rounded(value):,.0f} {figure.unit}" for value in values)
    return f"{middle}（{low}–{high}）"
