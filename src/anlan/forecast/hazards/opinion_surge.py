"""Surges of public opinion and hotline calls against the same hour of ordinary weeks.

Hourly counts by topic, and by district where the table has one. What is asked is not how many
come but whether more come than at this hour of the week, since when, and how much more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import FILE, Field, Inputs
from anlan.forecast.hazards import opinion_surge_told as told
from anlan.forecast.hazards.count_files import HOUR, Counts, read_counts
from anlan.forecast.hazards.opinion_surge_told import TITLE
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.types import Assumption, Forecast
from anlan.science.detect import surge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "example_counts", "run_opinion_surge"]

KIND: Final = "opinion_surge"
FILE_KEY: Final = "counts_file"
FIELD: Final = f"scenario.{FILE_KEY}"
SHOWN: Final = 7 * 24
"""Hours that are shown."""

MOST_SERIES: Final = 6

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
    topics.sort(key=lambda t: told.urgency(t, first), reverse=True)
    return Forecast(
        model=KIND,
        version=f"v{surge.CARD.version}",
        title=TITLE,
        footprints=told.footprints(topics, setting.districts),
        figures=told.figures(topics, first),
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
            f"时间轴从 {told.when(counts.at(first))}起，为当时处于突增的区县",
        ),
        limits=surge.CARD.limits,
        shortfalls=_shortfalls(counts, topics, setting),
        starts_at=counts.at(first),
        frames=told.frames(topics, setting.districts, first, counts.points),
        series=tuple(told.series(t, first) for t in topics[:MOST_SERIES]),
        tables=(told.table(topics, counts, first),),
        summary=told.summary(topics, counts, first),
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
) -> told.Topic:
    first_hour = counts.first.hour + 24 * counts.first.weekday()
    name = " ".join(part for part in group if part) or "全部来件"
    with refused(FIELD, name, "每个话题每一小时都有不少于 3 周"):
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
    return told.Topic(
        district=group[0],
        name=group[1],
        counts=row,
        expected=expected,
        dispersion=base.dispersion,
        surges=found,
        bursts=bursts,
    )


def _shortfalls(counts: Counts, topics: Sequence[told.Topic], setting: Setting) -> tuple[str, ...]:
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


MODEL: Final = ForecastModel(
    kind=KIND,
    family="opinion",
    title="舆情与热线激增",
    about="哪些话题、哪些区县的来件比同周同时多，从何时起，多多少",
    cards=("detect.surge",),
    fields=FIELDS,
    run=run_opinion_surge,
    event_codes=("14G06",),
    members=0,
)
