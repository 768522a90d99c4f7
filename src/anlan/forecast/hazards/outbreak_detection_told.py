"""What is told of an outbreak that was looked for: areas, figures, tables, sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.hazards.count_files import DAY, WEEK, Counts
from anlan.forecast.hazards.outbreak_methods import METHODS
from anlan.forecast.types import Figure, Footprint, Frame, Series, Table
from anlan.science.detect import cusum, ears, farrington, percentile, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.districts import District
    from anlan.forecast.hazards.outbreak_clusters import Clusters
    from anlan.forecast.hazards.outbreak_methods import Judged
    from anlan.forecast.setting import Setting

__all__ = [
    "CARDS",
    "TITLE",
    "Seen",
    "clustered",
    "figures",
    "footprints",
    "frames",
    "history",
    "reasons",
    "series",
    "shortfalls",
    "summary",
    "table",
]

TITLE: Final = "传染病早期异常探测（六种方法并列）"
CARDS: Final = (ears.CARD, farrington.CARD, percentile.CARD, cusum.CARD, scan.CARD)
SOURCE: Final = f"{TITLE} v" + ".".join(str(card.version) for card in CARDS)
SHOWN: Final = {DAY: 90, WEEK: 78}
"""Points of a chart."""
UNIT: Final = {DAY: "日", WEEK: "周"}
STRONG: Final = 3
"""Kinds of method that must alarm for the strong signal, or all that can judge where fewer can.

C1 to C3 are one kind: they look at the same weeks.
"""
KINDS: Final = (("C1", "C2", "C3"), ("Farrington",), ("CIDARS",), ("CUSUM",))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """The counts, what the methods say, and what was expected."""

    counts: Counts
    judged: Mapping[str, Judged]
    expected: NDArray[np.float64]
    recent: int

    @property
    def votes(self) -> NDArray[np.int64]:
        """Return how many kinds of method alarm, by series and point judged."""
        kinds = [np.any([self.judged[m].alarm for m in kind], axis=0) for kind in KINDS]
        return np.asarray(np.sum(kinds, axis=0))

    @property
    def able(self) -> NDArray[np.int64]:
        """Return how many kinds of method can judge each series."""
        kinds = [np.any([self.judged[m].able for m in kind], axis=0) for kind in KINDS]
        return np.asarray(np.sum(kinds, axis=0))

    @property
    def strong(self) -> NDArray[np.bool_]:
        """Tell where the signal is strong, by series and point judged."""
        return np.asarray(self.votes >= np.clip(self.able, 1, STRONG)[:, None])

    @property
    def weak(self) -> NDArray[np.bool_]:
        """Tell where any method alarms, by series and point judged."""
        return np.asarray(self.votes >= 1)

    @property
    def first(self) -> int:
        """Return the number of the first point judged."""
        return self.counts.points - self.recent

    def label(self, row: int) -> str:
        return " ".join(part for part in self.counts.groups[row] if part) or "全市"


def _areas(seen: Seen, rows: Iterable[int], districts: Sequence[District]) -> BaseGeometry:
    names = {seen.counts.groups[row][0] for row in rows}
    chosen = [d.area for d in districts if {d.name, d.code, d.code[:6]} & names]
    return unary_union(chosen) if chosen else Polygon()


LEVELS: Final = (
    ("strong", STRONG, f"强信号区县（{STRONG} 类以上方法报警）"),
    ("weak", 1, "弱信号区县（至少 1 类方法报警）"),
)


def footprints(seen: Seen, districts: Sequence[District]) -> tuple[Footprint, ...]:
    """Return the districts in alarm at the latest point."""
    if not districts or not any(name for name, _ in seen.counts.groups):
        return ()
    found = []
    for key, least, label in LEVELS:
        alarm = seen.strong if key == "strong" else seen.weak
        area = _areas(seen, np.flatnonzero(alarm[:, -1]), districts)
        found.append(
            Footprint(
                key=key,
                label=label,
                threshold=Figure(value=least, unit="类方法", source="平台默认", to_confirm=True),
                area=area,
                envelope=area,
            )
        )
    return tuple(found)


def frames(seen: Seen, districts: Sequence[District]) -> tuple[Frame, ...]:
    """Return the map at each moment of the time slider."""
    if not districts or not any(name for name, _ in seen.counts.groups):
        return ()
    step = seen.counts.step.total_seconds() / 60.0
    return tuple(
        Frame(
            minutes=point * step,
            areas={
                "strong": _areas(seen, np.flatnonzero(seen.strong[:, point]), districts),
                "weak": _areas(seen, np.flatnonzero(seen.weak[:, point]), districts),
            },
        )
        for point in range(seen.recent)
    )


def figures(seen: Seen) -> dict[str, Figure]:
    """Return the figures of the first page."""
    strong, weak = int(seen.strong[:, -1].sum()), int(seen.weak[:, -1].sum())
    latest = seen.counts.values[:, -1]
    return {
        "报警序列": Figure(
            value=strong,
            unit="个",
            source=SOURCE,
            low=float(strong),
            high=float(weak),
            note="强信号；上限为至少一类方法报警",
        ),
        "最近一期病例": Figure(value=int(latest.sum()), unit="例", source="病例表"),
        "同期期望": Figure(
            value=round(float(seen.expected[:, -1].sum()), 1), unit="例", source=SOURCE
        ),
    }


def reasons(seen: Seen) -> tuple[str, ...]:
    """Say what was looked at, and with which settings."""
    c = seen.counts
    return (
        (
            f"{len(c.groups)} 个序列，{c.points} {UNIT[c.step]}（{c.at(0):%Y-%m-%d} 至"
            f" {c.at(c.points - 1):%Y-%m-%d}），判断最近 {seen.recent} {UNIT[c.step]}"
        ),
        "EARS C1–C3 用原始发表形式（阈值 3、3、2），CUSUM k 1.04、h 2.26",
        "逐日数据按周合计后用 Farrington 与 CIDARS（合计周止于最后一天）",
        f"时间轴从 {c.at(seen.first):%Y-%m-%d} 起，为当{UNIT[c.step]}报警的区县",
    )


def shortfalls(seen: Seen, setting: Setting) -> tuple[str, ...]:
    """Return what could not be computed, and what helps."""
    said = [
        f"{method}：历史不足，未判断（需要至少三年周数据）"
        if method in ("Farrington", "CIDARS")
        else f"{method}：历史不足，未判断"
        for method, judged in seen.judged.items()
        if not judged.able.any()
    ]
    if any(name for name, _ in seen.counts.groups) and not setting.districts:
        said.append("没有城市数据包：不画区县")
    unknown = {name for name, _ in seen.counts.groups if name} - {
        word for d in setting.districts for word in (d.name, d.code, d.code[:6])
    }
    if unknown and setting.districts:
        said.append(f"地图上找不到的区县：{'、'.join(sorted(unknown)[:5])}")
    return tuple(said)


def series(seen: Seen, row: int) -> Series:
    """Return the counts of a chart; the band of the points judged goes up to the bound."""
    c = seen.counts
    shown = min(SHOWN[c.step], c.points)
    start = c.points - shown
    high = np.full(shown, np.nan)
    bound, name = _bound(seen, row)
    high[-seen.recent :] = bound
    low = np.full(shown, np.nan)
    low[-seen.recent :] = seen.expected[row]
    values = c.values[row, start:]
    # before the points judged the band is closed on the counts: nothing is claimed there
    low, high = (np.where(np.isfinite(band), band, values) for band in (low, high))
    step = c.step.total_seconds() / 60.0
    return Series(
        key=f"counts:{seen.label(row)}",
        label=f"{seen.label(row)}：每{UNIT[c.step]}病例（色带：期望至 {name} 报警上界）",
        unit="例",
        minutes=tuple(((np.arange(shown) - shown + seen.recent) * step).tolist()),
        values=tuple(values.tolist()),
        low=tuple(low.round(2).tolist()),
        high=tuple(high.round(2).tolist()),
        source=SOURCE,
    )


def _bound(seen: Seen, row: int) -> tuple[NDArray[np.float64], str]:
    """Return the bound that a chart shows: of the best method that has one, by day or by week."""
    weekly = seen.counts.step == WEEK
    for method in ("Farrington", "CIDARS", "C2") if weekly else ("C2", "C1"):
        judged = seen.judged[method]
        if judged.able[row]:
            return judged.bound[row], method
    return seen.judged["C1"].bound[row], "C1"


def _cell(seen: Seen, method: str, row: int) -> str:
    judged = seen.judged[method]
    if not judged.able[row]:
        return "历史不足"
    bound = judged.bound[row, -1]
    limit = f"（{bound:.1f}）" if bound > 0 else ""
    return ("报警" if judged.alarm[row, -1] else "—") + limit


def table(seen: Seen, order: Sequence[int]) -> Table:
    """Return what each method says of each series."""
    rows = []
    votes, able = seen.votes, seen.able
    for row in order:
        run = _run_of_alarms(seen.weak[row])
        since = f"{seen.counts.at(seen.first + run):%m月%d日}" if run is not None else "—"
        rows.append(
            (
                seen.label(row),
                f"{seen.counts.values[row, -1]:.0f}",
                f"{seen.expected[row, -1]:.1f}",
                *(_cell(seen, method, row) for method in METHODS),
                f"{votes[row, -1]}/{able[row]}",
                since,
            )
        )
    return Table(
        title=f"最近一{UNIT[seen.counts.step]}：各方法是否报警",
        columns=("序列", "病例", "期望", *METHODS, "报警类数", "连续报警自"),
        rows=tuple(rows),
        note="括号内为报警上界，Farrington 与 CIDARS 的按周；C1–C3 算一类；各类并不独立，票数不是概率",
    )


def history(seen: Seen) -> Table:
    """Return the alarms of the points judged, the latest first."""
    rows = []
    for point in range(seen.recent - 1, -1, -1):
        for row in np.flatnonzero(seen.strong[:, point]).tolist():
            rows.append(
                (
                    f"{seen.counts.at(seen.first + point):%Y-%m-%d}",
                    seen.label(row),
                    f"{seen.counts.values[row, seen.first + point]:.0f}",
                    "、".join(m for m, j in seen.judged.items() if j.alarm[row, point]),
                )
            )
    return Table(
        title=f"近 {seen.recent} {UNIT[seen.counts.step]}的强信号",
        columns=("时间", "序列", "病例", "报警方法"),
        rows=tuple(rows[:60]),
        note=f"{STRONG} 类以上方法报警；能判断的不足 {STRONG} 类时须全部报警",
    )


def _run_of_alarms(alarm: NDArray[np.bool_]) -> int | None:
    """Return where the run of alarms that lasts to the end began."""
    if not alarm[-1]:
        return None
    calm = np.flatnonzero(~alarm)
    return int(calm[-1]) + 1 if calm.size else 0


def summary(seen: Seen, order: Sequence[int]) -> tuple[str, ...]:
    """Return the result in sentences."""
    votes = seen.votes
    step = UNIT[seen.counts.step]
    at = f"{seen.counts.at(seen.counts.points - 1):%m月%d日}"
    strong = [row for row in order if seen.strong[row, -1]]
    weak = [row for row in order if seen.weak[row, -1] and not seen.strong[row, -1]]
    said = []
    for row in strong[:3]:
        count, usual = seen.counts.values[row, -1], seen.expected[row, -1]
        run = _run_of_alarms(seen.weak[row])
        lasted = seen.recent - (run if run is not None else seen.recent)
        said.append(
            f"{seen.label(row)}{at}这一{step} {count:.0f} 例，平常约 {usual:.0f} 例，"
            f"{votes[row, -1]} 类方法报警，已连续 {lasted} {step}"
        )
    if not strong:
        said.append(f"{at}这一{step}没有强信号")
    elif len(strong) > 3:
        said.append(f"另有 {len(strong) - 3} 个序列强信号")
    if weak:
        said.append(f"{len(weak)} 个序列只有个别方法报警，可能是偶然：{seen.label(weak[0])}等")
    return tuple(said)


def clustered(clusters: Clusters | None) -> tuple[str, ...]:
    """Return the strongest cluster in a sentence."""
    if clusters is None or not clusters.found:
        return ()
    top = clusters.found[0]
    said = f"时空扫描：{clusters.names(top)}聚集，{top.cases:.0f} 例，"
    return (said + f"为期望的 {top.cases / top.expected:.1f} 倍（p = {top.p:.3f}）",)
