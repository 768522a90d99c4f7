"""Surges of public opinion and hotline calls against the same hour of ordinary weeks.

Hourly counts by topic, and by district where the table has one. What is asked is not how many
come but whether more come than at this hour of the week, since when, and how much more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import stats
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.fields import FILE, Field, Inputs, read_fields
from anlan.forecast.hazards.count_files import HOUR, Counts, read_counts
from anlan.forecast.model import ForecastModel
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Assumption, Figure, Footprint, Forecast, Frame, Series, Table
from anlan.science.detect import surge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.districts import District
    from anlan.forecast.setting import Setting
    from anlan.science.detect.surge import Surge

__all__ = ["MODEL", "example_counts", "run_opinion_surge"]

KIND: Final = "opinion_surge"
FILE_KEY: Final = "counts_file"
FIELD: Final = f"scenario.{FILE_KEY}"
TITLE: Final = surge.CARD.title_zh
SOURCE: Final = f"{TITLE} v{surge.CARD.version}"
SHOWN: Final = 7 * 24
"""Hours that are shown."""

MOST_SERIES: Final = 6
USUAL: Final = 0.99
"""Share of ordinary hours inside the band."""

FEW: Final = 2.0
"""Calls an hour below which the median of a few weeks says little. [1/h]"""

EXAMPLE_WEEKS: Final = 13
EXAMPLE: Final = (("供水停水", 8.0), ("燃气异味", 6.0), ("交通拥堵", 9.0), ("噪声扰民", 7.0))
"""Topics of the example and calls an hour at noon."""

FIELDS: Final = (
    Field(
        key=FILE_KEY,
        title="逐小时件数（CSV）",
        kind=FILE,
        help="列：time,count[,topic][,district]；不少于 3 周；缺测的小时不写行，没有来件写 0",
    ),
    Field(
        key="factor",
        title="要探测的倍数",
        unit="倍",
        low=1.1,
        high=20.0,
        default=2.0,
        basis="平台默认：平常的两倍",
        help="越小越灵敏，发现小幅上升也越慢",
    ),
    Field(
        key="false_alarm_h",
        title="平均误报间隔",
        unit="天",
        scale=24.0,
        low=10.0,
        high=1e6,
        default=8760.0,
        basis="平台默认：每个话题一年一次",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Topic:
    """One row of the table against its ordinary week."""

    district: str
    name: str
    counts: NDArray[np.float64]
    expected: NDArray[np.float64]
    dispersion: float
    surges: tuple[Surge, ...]
    bursts: NDArray[np.bool_]

    @property
    def label(self) -> str:
        return f"{self.district} {self.name}".strip() or "全部来件"

    @property
    def going_on(self) -> Surge | None:
        """Return the surge that has not ended."""
        return next((s for s in self.surges if s.end is None), None)


def run_opinion_surge(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the surges of each topic, the districts in which one goes on, and the band of each.

    Raises
    ------
    ScenarioError
        If the table is wrong or too short.
    """
    text = setting.files.get(FILE_KEY, "")
    assumed = inputs.assumptions
    if text.strip():
        counts = read_counts(text, FIELD, steps=(HOUR,), gaps=True)
    else:
        counts = example_counts(setting)
        assumed = (
            *assumed,
            Assumption(
                field=FIELD,
                title="逐小时件数",
                value=f"示例数据 {len(EXAMPLE)} 个话题",
                unit="",
                basis="未上传，示例数据，不是实况",
            ),
        )
    topics = [
        _topic(group, row, counts, inputs)
        for group, row in zip(counts.groups, counts.values, strict=True)
    ]
    first = max(counts.points - SHOWN, 0)
    topics.sort(key=lambda t: _urgency(t, first), reverse=True)
    return Forecast(
        model=KIND,
        version=f"v{surge.CARD.version}",
        title=TITLE,
        footprints=_footprints(topics, setting.districts),
        figures=_figures(topics, first),
        assumptions=assumed,
        reasons=(
            (
                f"{len(topics)} 个序列，{counts.points} 小时（{counts.at(0):%Y-%m-%d %H:%M} 至"
                f" {counts.at(counts.points - 1):%Y-%m-%d %H:%M}）"
            ),
            "平常件数为历周同一星期、同一小时的中位数，过去的突增不抬高它",
            (
                f"探测升至 {inputs.number('factor'):g} 倍的突增，每个话题平均"
                f" {inputs.number('false_alarm_h') / 24:g} 天误报不多于一次"
            ),
            f"时间轴从 {_when(counts.at(first))}起，为当时处于突增的区县",
        ),
        limits=surge.CARD.limits,
        shortfalls=_shortfalls(counts, topics, setting),
        starts_at=counts.at(first),
        frames=_frames(topics, setting.districts, first, counts.points),
        series=tuple(_series(t, first) for t in topics[:MOST_SERIES]),
        tables=(_table(topics, counts, first),),
        summary=_summary(topics, counts, first),
        uncertainty="突增是否为真实事件：重复投诉、机器发帖、节假日都会造成，须核实内容",
        would_change=(
            "核实为重复投诉或统计口径改变：剔除后重算",
            "长假首日与平日同周小时比较：换用节日基线",
        ),
    )


def example_counts(setting: Setting) -> Counts:
    """Return 13 weeks of made-up calls that end now: one surge goes on, one has passed.

    The same moment gives the same counts.
    """
    hours = EXAMPLE_WEEKS * surge.HOURS_OF_WEEK
    last = setting.moment.replace(minute=0, second=0, microsecond=0, tzinfo=None)
    first = last - (hours - 1) * HOUR
    at = first.hour + 24 * first.weekday() + np.arange(hours)
    day = (
        0.15
        + np.exp(-(((at % 24) - 11.0) ** 2) / 30.0)
        + 0.8 * np.exp(-(((at % 24) - 19.0) ** 2) / 8.0)
    )
    weekend = np.where((at // 24) % 7 >= 5, 0.8, 1.0)
    rng = np.random.default_rng(2026)
    values = np.stack([rng.poisson(level * day * weekend) for _name, level in EXAMPLE])
    values = values.astype(np.float64)
    values[0, -7:] += rng.poisson(22.0, 7)
    values[3, -80:-68] += rng.poisson(14.0, 12)
    near = _nearest(setting)
    return Counts(
        first=first,
        step=HOUR,
        groups=tuple((near, name) for name, _level in EXAMPLE),
        values=values,
    )


def _nearest(setting: Setting) -> str:
    from_here = [
        (d.area.centroid.x - setting.place.lon) ** 2 + (d.area.centroid.y - setting.place.lat) ** 2
        for d in setting.districts
    ]
    return setting.districts[int(np.argmin(from_here))].name if from_here else ""


def _topic(
    group: tuple[str, str], row: NDArray[np.float64], counts: Counts, inputs: Inputs
) -> _Topic:
    first_hour = counts.first.hour + 24 * counts.first.weekday()
    try:
        base = surge.hour_of_week_baseline(row, first_hour=first_hour)
        hours = (first_hour + np.arange(counts.points)) % surge.HOURS_OF_WEEK
        expected = base.expected[hours]
        found = surge.surges(
            row,
            expected,
            factor=inputs.number("factor"),
            false_alarm_every=inputs.number("false_alarm_h"),
            dispersion=min(base.dispersion, 1000.0),
        )
        bursts = surge.burst_states(row, expected, factor=inputs.number("factor"))
    except ValueError as error:
        name = " ".join(part for part in group if part) or "全部来件"
        raise ScenarioError(FIELD, f"每个话题每一小时都有不少于 3 周（{error}）", name) from None
    return _Topic(
        district=group[0],
        name=group[1],
        counts=row,
        expected=expected,
        dispersion=base.dispersion,
        surges=found,
        bursts=bursts,
    )


def _urgency(topic: _Topic, first: int) -> tuple[bool, float]:
    """Return what topics are ordered by: those in a surge first, the largest first."""
    recent = [s.excess for s in topic.surges if s.end is None or s.end >= first]
    return topic.going_on is not None, max(recent, default=0.0)


def _shortfalls(counts: Counts, topics: Sequence[_Topic], setting: Setting) -> tuple[str, ...]:
    said = [
        f"{t.label}平常每小时只有 {t.expected.mean():.1f} 件：基线不稳，突增须人工核对"
        for t in topics
        if t.expected.mean() < FEW
    ]
    missing = int(np.isnan(counts.values).sum())
    if missing:
        said.append(f"缺 {missing} 个小时的数据，按缺测处理，不当作零")
    if any(district for district, _ in counts.groups) and not setting.districts:
        said.append("没有城市数据包：不画区县")
    return tuple(said)


def _areas(names: Sequence[str], districts: Sequence[District]) -> BaseGeometry:
    chosen = [d.area for d in districts if d.name in names or d.code in names]
    return unary_union(chosen) if chosen else Polygon()


def _footprints(topics: Sequence[_Topic], districts: Sequence[District]) -> tuple[Footprint, ...]:
    """Return the districts in which a surge goes on."""
    area = _areas([t.district for t in topics if t.going_on], districts)
    if not any(t.district for t in topics) or not districts:
        return ()
    return (
        Footprint(
            key="surging",
            label="正在突增的区县",
            threshold=Figure(value="累积和超过误报界", unit="", source=SOURCE),
            area=area,
            envelope=area,
        ),
    )


def _frames(
    topics: Sequence[_Topic], districts: Sequence[District], first: int, points: int
) -> tuple[Frame, ...]:
    if not districts or not any(t.district for t in topics):
        return ()
    frames = []
    for hour in range(first, points, 6):
        names = [
            t.district
            for t in topics
            if any(s.onset <= hour <= (points if s.end is None else s.end) for s in t.surges)
        ]
        frames.append(
            Frame(minutes=(hour - first) * 60.0, areas={"surging": _areas(names, districts)})
        )
    return tuple(frames)


def _series(topic: _Topic, first: int) -> Series:
    """Return the counts of the days shown, with the band of ordinary hours."""
    mean = topic.expected[first:]
    low, high = _usual(mean, topic.dispersion)
    seen = np.flatnonzero(~np.isnan(topic.counts[first:]))
    return Series(
        key=f"topic:{topic.label}",
        label=f"{topic.label}：每小时件数（色带为同周同时的平常范围）",
        unit="件",
        minutes=tuple((seen * 60.0).tolist()),
        values=tuple(topic.counts[first:][seen].tolist()),
        low=tuple(low[seen].tolist()),
        high=tuple(high[seen].tolist()),
        source=SOURCE,
    )


def _usual(
    mean: NDArray[np.float64], dispersion: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the range of ordinary counts: Poisson, or negative binomial of the same variance."""
    tail = (1.0 - USUAL) / 2.0
    if dispersion <= 1.0 + 1e-9:
        return stats.poisson.ppf(tail, mean), stats.poisson.ppf(1.0 - tail, mean)
    share = 1.0 / dispersion
    size = mean * share / (1.0 - share)
    return stats.nbinom.ppf(tail, size, share), stats.nbinom.ppf(1.0 - tail, size, share)


def times_usual(found: Surge) -> Figure:
    """Return how many times the usual number came, with the range of its chance."""
    usual = found.excess / (found.times_baseline - 1.0) if found.times_baseline != 1.0 else 1.0
    total = found.times_baseline * usual
    low = stats.gamma.ppf(0.025, total) / usual if total > 0 else 0.0
    high = stats.gamma.ppf(0.975, total + 1.0) / usual
    return Figure(
        value=round(found.times_baseline, 1),
        unit="倍",
        source=SOURCE,
        low=round(float(low), 1),
        high=round(float(high), 1),
    )


def _figures(topics: Sequence[_Topic], first: int) -> dict[str, Figure]:
    going = [t for t in topics if t.going_on]
    recent = [s for t in topics for s in t.surges if s.end is None or s.end >= first]
    found = {
        "正在突增": Figure(value=len(going), unit="个话题", source=SOURCE),
        "近 7 天突增": Figure(value=len(recent), unit="次", source=SOURCE),
    }
    if going:
        top = going[0].going_on
        if top is not None:
            found[f"{going[0].label} 相对平常"] = times_usual(top)
            found[f"{going[0].label} 多出"] = Figure(
                value=round(top.excess), unit="件", source=SOURCE, note="自突增开始累计"
            )
    return found


def _when(at: datetime) -> str:
    return f"{at:%m月%d日 %H时}"


def _table(topics: Sequence[_Topic], counts: Counts, first: int) -> Table:
    rows = []
    for topic in topics:
        for found in topic.surges:
            if found.end is not None and found.end < first:
                continue
            stop = counts.points if found.end is None else found.end + 1
            held = int(topic.bursts[found.onset : stop].sum())
            rows.append(
                (
                    topic.label,
                    _when(counts.at(found.onset)),
                    _when(counts.at(found.alarm)),
                    _when(counts.at(found.peak)),
                    "仍在持续" if found.end is None else _when(counts.at(found.end)),
                    times_usual(found),
                    f"{found.excess:,.0f} 件",
                    f"{held}/{stop - found.onset} 小时",
                )
            )
    return Table(
        title="近 7 天的突增",
        columns=("话题", "开始", "可报警", "最高", "结束", "相对平常", "多出", "爆发模型认可"),
        rows=tuple(rows),
        note="开始为事后推定，可报警为当时最早能判定的时刻；爆发模型（Kleinberg）为独立的第二种判法",
    )


def _summary(topics: Sequence[_Topic], counts: Counts, first: int) -> tuple[str, ...]:
    said = []
    for topic in topics:
        found = topic.going_on
        if found is None:
            continue
        times = times_usual(found)
        lasted = timedelta(hours=counts.points - found.onset)
        said.append(
            f"{topic.label}自{_when(counts.at(found.onset))}起突增，已 {lasted / HOUR:.0f} 小时，"
            f"为平常的 {times.value} 倍（{times.low}–{times.high}），多出 {found.excess:,.0f} 件"
        )
    ended = [(t, s) for t in topics for s in t.surges if s.end is not None and s.end >= first]
    if not said:
        said.append(f"到{_when(counts.at(counts.points - 1))}没有话题正在突增")
    if ended:
        names = "、".join(dict.fromkeys(t.label for t, _ in ended))
        said.append(f"近 7 天另有 {len(ended)} 次突增已结束：{names}")
    return tuple(said[:5])


def parse_opinion_surge(content: Mapping[str, Any], _temperature_c: float) -> Inputs:
    """Read the scenario."""
    return read_fields(KIND, FIELDS, content)


MODEL: Final = ForecastModel(
    kind=KIND,
    family="opinion",
    title="舆情与热线激增",
    about="哪些话题、哪些区县的来件比同周同时多，从何时起，多多少",
    cards=("detect.surge",),
    fields=FIELDS,
    parse=parse_opinion_surge,
    run=run_opinion_surge,
    event_codes=("14G06",),
    members=2,
)
