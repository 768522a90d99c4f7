"""What is told of topics that surge: their areas, figures, tables and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.hazards.count_files import HOUR, Counts
from anlan.forecast.types import Figure, Footprint, Frame, Series, Table
from anlan.science.detect import surge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.districts import District
    from anlan.science.detect.surge import Surge

__all__ = [
    "TITLE",
    "Topic",
    "figures",
    "footprints",
    "frames",
    "series",
    "summary",
    "table",
    "urgency",
    "when",
]

TITLE: Final = surge.CARD.title_zh
SOURCE: Final = f"{TITLE} v{surge.CARD.version}"
USUAL: Final = 0.99
"""Share of ordinary hours inside the band."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topic:
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


def urgency(topic: Topic, first: int) -> tuple[bool, float]:
    """Return what topics are ordered by: those in a surge first, the largest first."""
    recent = [s.excess for s in topic.surges if s.end is None or s.end >= first]
    return topic.going_on is not None, max(recent, default=0.0)


def _areas(names: Sequence[str], districts: Sequence[District]) -> BaseGeometry:
    chosen = [d.area for d in districts if d.name in names or d.code in names]
    return unary_union(chosen) if chosen else Polygon()


def footprints(topics: Sequence[Topic], districts: Sequence[District]) -> tuple[Footprint, ...]:
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


def frames(
    topics: Sequence[Topic], districts: Sequence[District], first: int, points: int
) -> tuple[Frame, ...]:
    """Return the map at each moment of the time slider."""
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


def series(topic: Topic, first: int) -> Series:
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
        return scipy.stats.poisson.ppf(tail, mean), scipy.stats.poisson.ppf(1.0 - tail, mean)
    share = 1.0 / dispersion
    size = mean * share / (1.0 - share)
    return scipy.stats.nbinom.ppf(tail, size, share), scipy.stats.nbinom.ppf(
        1.0 - tail, size, share
    )


def times_usual(found: Surge) -> Figure:
    """Return how many times the usual number came, with the range of its chance."""
    usual = found.excess / (found.times_baseline - 1.0) if found.times_baseline != 1.0 else 1.0
    total = found.times_baseline * usual
    low = scipy.stats.gamma.ppf(0.025, total) / usual if total > 0 else 0.0
    high = scipy.stats.gamma.ppf(0.975, total + 1.0) / usual
    return Figure(
        value=round(found.times_baseline, 1),
        unit="倍",
        source=SOURCE,
        low=round(float(low), 1),
        high=round(float(high), 1),
    )


def figures(topics: Sequence[Topic], first: int) -> dict[str, Figure]:
    """Return how many topics surge, and by how much the first."""
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


def when(at: datetime) -> str:
    """Return a moment as it is written here: day and hour."""
    return f"{at:%m月%d日 %H时}"


def table(topics: Sequence[Topic], counts: Counts, first: int) -> Table:
    """Return the surges: since when, how strong, how long."""
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
                    when(counts.at(found.onset)),
                    when(counts.at(found.alarm)),
                    when(counts.at(found.peak)),
                    "仍在持续" if found.end is None else when(counts.at(found.end)),
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


def summary(topics: Sequence[Topic], counts: Counts, first: int) -> tuple[str, ...]:
    """Return the result in sentences."""
    said = []
    for topic in topics:
        found = topic.going_on
        if found is None:
            continue
        times = times_usual(found)
        lasted = timedelta(hours=counts.points - found.onset)
        said.append(
            f"{topic.label}自{when(counts.at(found.onset))}起突增，已 {lasted / HOUR:.0f} 小时，"
            f"为平常的 {times.value} 倍（{times.low}–{times.high}），多出 {found.excess:,.0f} 件"
        )
    ended = [(t, s) for t in topics for s in t.surges if s.end is not None and s.end >= first]
    if not said:
        said.append(f"到{when(counts.at(counts.points - 1))}没有话题正在突增")
    if ended:
        names = "、".join(dict.fromkeys(t.label for t, _ in ended))
        said.append(f"近 7 天另有 {len(ended)} 次突增已结束：{names}")
    return tuple(said[:5])
