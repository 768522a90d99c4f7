"""Early detection of outbreaks in counts by district and disease, six methods side by side.

No method is right alone: each row says which of them alarm, and on what bound. The map shows the
districts in which any does, and those in which half of them do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import FILE, Field, Inputs
from anlan.forecast.hazards import outbreak_detection_told as told
from anlan.forecast.hazards.count_files import DAY, WEEK, Counts, read_counts
from anlan.forecast.hazards.outbreak_clusters import find_clusters
from anlan.forecast.hazards.outbreak_detection_told import CARDS, TITLE
from anlan.forecast.hazards.outbreak_methods import judge
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Assumption, Forecast

if TYPE_CHECKING:
    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "example_counts", "run_outbreak_detection"]

KIND: Final = "outbreak_detection"
FILE_KEY: Final = "counts_file"
FIELD: Final = f"scenario.{FILE_KEY}"

RECENT: Final = {DAY: 28, WEEK: 12}
"""Points judged, the latest."""

FEWEST: Final = 20
"""Points from which anything can be said."""

MOST_SERIES: Final = 5
EXAMPLE_WEEKS: Final = 6 * 52 + 10
EXAMPLE_DISEASE: Final = "手足口病"

FIELDS: Final = (
    Field(
        key=FILE_KEY,
        title="逐日或逐周病例（CSV）",
        kind=FILE,
        help="列：date,count[,district][,syndrome]；不少于 20 期，三年以上才能用 Farrington 与 CIDARS",
    ),
    Field(
        key="alpha",
        title="Farrington 显著性水平",
        unit="%",
        scale=0.01,
        low=1e-6,
        high=0.5,
        default=0.01,
        basis="文献默认（Noufaily 2013 用 0.5 %–1 %）",
        help="越小误报越少，发现越晚",
    ),
    Field(
        key="percentile",
        title="CIDARS 百分位",
        low=1.0,
        high=99.9,
        help="不填按病种的公布值，其余 P80",
    ),
)


def run_outbreak_detection(inputs: Inputs, setting: Setting) -> Forecast:
    """Return which series alarm by which method, and the districts on the map.

    Raises
    ------
    ScenarioError
        If the table is wrong or too short.
    """
    text = setting.files.get(FILE_KEY, "")
    assumed = inputs.assumptions
    if text.strip():
        counts = read_counts(text, FIELD, steps=(DAY, WEEK))
    else:
        counts = example_counts(setting)
        assumed = (
            *assumed,
            Assumption(
                field=FIELD,
                title="逐周病例",
                value=f"示例数据 {len(counts.groups)} 个区县 {EXAMPLE_DISEASE}",
                unit="",
                basis="未上传，示例数据，不是实况",
            ),
        )
    if counts.points < FEWEST:
        raise ScenarioError(FIELD, f"不少于 {FEWEST} 期", counts.points)
    recent = min(RECENT[counts.step], counts.points - 10)
    with refused(FIELD, counts.points, "在探测方法的适用范围内"):
        judged, expected = judge(
            counts,
            recent=recent,
            alpha=inputs.number("alpha"),
            percentile=inputs.get("percentile"),
        )
        clusters = find_clusters(counts, expected, setting.districts, seed=setting.seed)
    seen = told.Seen(counts=counts, judged=judged, expected=expected, recent=recent)
    order = np.argsort(-seen.votes[:, -1], kind="stable").tolist()
    return Forecast(
        model=KIND,
        version="v" + ".".join(str(card.version) for card in CARDS),
        title=TITLE,
        footprints=(
            *told.footprints(seen, setting.districts),
            *([] if clusters is None else [clusters.footprint]),
        ),
        figures=told.figures(seen),
        assumptions=assumed,
        reasons=told.reasons(seen),
        limits=tuple(dict.fromkeys(limit for card in CARDS for limit in card.limits)),
        shortfalls=told.shortfalls(seen, setting),
        starts_at=seen.counts.at(seen.first),
        frames=told.frames(seen, setting.districts),
        series=tuple(told.series(seen, row) for row in order[:MOST_SERIES]),
        tables=(
            told.table(seen, order),
            *([] if clusters is None else [clusters.table]),
            told.history(seen),
        ),
        summary=(*told.summary(seen, order), *told.clustered(clusters)),
        uncertainty="报告延迟使最近一两期偏低，春节与补报造成误报；报警只是线索，须流行病学核实",
        would_change=(
            "补报或订正病例数后重算",
            "核实为同一暴发或补报：从基线中剔除",
            "连续两期以上、多种方法同时报警，可信度提高",
        ),
    )


def example_counts(setting: Setting) -> Counts:
    """Return six years of made-up weekly cases; the districts at the place rise in the last weeks.

    The same moment and districts give the same counts.
    """
    names = [d.name for d in setting.districts] or ["甲区", "乙区", "丙区", "丁县"]
    people = np.array([float(d.people or 5e5) for d in setting.districts] or [5e5] * 4)
    last = setting.moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    last -= last.weekday() * DAY
    weeks = np.arange(EXAMPLE_WEEKS)
    season = 1.0 + 0.7 * np.sin(2.0 * np.pi * (weeks % 52) / 52.0)
    mean = np.maximum(people / people.mean(), 0.2)[:, None] * 9.0 * season
    for rank, row in enumerate(_by_distance(setting, len(names))[:3]):
        mean[row, -3:] *= (3.5, 2.4, 1.8)[rank]
    rng = np.random.default_rng(2026)
    spread = 1.6
    size = mean / (spread - 1.0)
    values = rng.negative_binomial(size, 1.0 / spread).astype(np.float64)
    return Counts(
        first=last - (EXAMPLE_WEEKS - 1) * WEEK,
        step=WEEK,
        groups=tuple((name, EXAMPLE_DISEASE) for name in names),
        values=values,
    )


def _by_distance(setting: Setting, count: int) -> list[int]:
    if not setting.districts:
        return list(range(count))
    middle = [d.area.centroid for d in setting.districts]
    far = [(p.x - setting.place.lon) ** 2 + (p.y - setting.place.lat) ** 2 for p in middle]
    return [int(k) for k in np.argsort(far, kind="stable")]


MODEL: Final = ForecastModel(
    kind=KIND,
    family="detection",
    title="疫情早期异常探测",
    about="哪些区县、哪些病种的病例比平常多，哪些方法报警，从何时起",
    cards=("detect.ears", "detect.farrington", "detect.percentile", "detect.cusum", "detect.scan"),
    fields=FIELDS,
    run=run_outbreak_detection,
    event_codes=("13A", "13B", "13C"),
    members=0,
)
