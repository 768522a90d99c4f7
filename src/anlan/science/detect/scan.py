r"""Clusters of cases in space, or in space and time up to today (Kulldorff's scan statistic).

Circles grow around every area, with cylinders over the last days on them when the counts have a time
axis. For a window with c cases where E are expected (all E together are all C cases) the log
likelihood ratio of the Poisson model is

.. math:: \Lambda = c \ln\frac{c}{E} + (C - c) \ln\frac{C - c}{C - E} \qquad (c > E),
   \text{ else } 0

The window with the largest :math:`\Lambda` is the likeliest cluster. Its p is the rank of
:math:`\Lambda` among the largest of many data sets in which the C cases fall at random in
proportion to E: so the many windows are paid for. Further clusters are the next that overlap none
before them, tested against the same largest values, which is cautious.

Pure; random numbers from the seed. Compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import finite, not_negative, positive, whole
from anlan.science.common.refusal import RefusalError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "Cluster", "ScanResult", "log_likelihood_ratio", "spatial_scan", "warm_up"]

BATCH = 256
"""Random data sets drawn at once, so that memory stays small. [1]"""

TIES = 1e-9
"""Ratios that differ by less are one: rounding must not decide a rank. [1]"""

CARD = ModelCard(
    key="detect.scan",
    version=1,
    title="Spatial and prospective space-time scan statistic (Poisson)",
    title_zh="空间/时空扫描统计（聚集性探测）",
    inputs=(
        Quantity(name="counts", title="各区（逐日）病例数", unit="1", low=0.0),
        Quantity(name="expected", title="各区（逐日）期望或人口", unit="1", low=0.0),
        Quantity(name="largest_share", title="最大窗口占比", unit="1", low=0.01, high=0.5, default=0.5),
        Quantity(name="largest_radius", title="最大半径", unit="m", low=0.0),
        Quantity(name="longest", title="最长时段", unit="1", low=1, high=365, default=7),
        Quantity(name="replications", title="随机模拟次数", unit="1", low=9, high=99_999, default=999),
    ),
    outputs=(
        Quantity(name="ratio", title="对数似然比", unit="1", low=0.0),
        Quantity(name="p", title="p 值", unit="1", low=0.0, high=1.0),
        Quantity(name="relative_risk", title="相对危险度", unit="1", low=0.0),
    ),
    references=(
        (
            "Kulldorff, M. (1997) A spatial scan statistic, Commun. Stat. Theory Methods 26(6),"
            " 1481-1496, doi:10.1080/03610929708831995"
        ),
        (
            "Kulldorff, M. (2001) Prospective time periodic geographical disease surveillance using"
            " a scan statistic, J. R. Stat. Soc. A 164(1), 61-72, doi:10.1111/1467-985X.00186"
        ),
    ),
    limits=(
        "窗口为圆形：沿河、沿路的狭长聚集会被放大或拆开",
        "期望数须已按年龄、季节、星期调整，否则找到的是人口差异",
        "区县内部的聚集看不见；病例须按居住地或发病地一致归区",
        "每天重复检验时看复现间隔，不只看 p 值",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A window with more cases than expected.

    Parameters
    ----------
    centre : int
        Area around which the circle lies. [-]
    areas : tuple of int
        Areas inside, the nearest first. [-]
    radius : float
        To the farthest of them. [m]
    first : int
        First step of time inside; the last is the last of the data. [1]
    cases, expected : float
        Inside. [1]
    relative_risk : float
        Inside against outside; infinite when all cases are inside. [1]
    ratio : float
        Log likelihood ratio. [1]
    p : float
        Rank among the random data sets. [1]
    """

    centre: int
    areas: tuple[int, ...]
    radius: float
    first: int
    cases: float
    expected: float
    relative_risk: float
    ratio: float
    p: float

    @property
    def recurrence(self) -> float:
        """How many runs of the same search give one such cluster by chance alone."""
        return 1.0 / self.p


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What the scan found.

    Parameters
    ----------
    clusters : tuple of Cluster
        Without overlap, the likeliest first; empty when no window has more than expected. [-]
    largest : ndarray
        Largest ratio of each random data set, sorted. [1]
    """

    clusters: tuple[Cluster, ...]
    largest: NDArray[np.float64]


def log_likelihood_ratio(
    cases: ArrayLike, expected: ArrayLike, *, total: float
) -> NDArray[np.float64]:
    """Return the log likelihood ratio of windows (Kulldorff 1997, Poisson).

    Parameters
    ----------
    cases : array_like
        Inside. [1]
    expected : array_like
        Inside, when all expected cases together are `total`; > 0. [1]
    total : float
        All cases. [1]

    Returns
    -------
    ndarray
        0 where there are no more cases than expected. [1]

    Examples
    --------
    Ten cases of a hundred where five are expected: 10 ln 2 + 90 ln (90/95).

    >>> round(float(log_likelihood_ratio(10, 5, total=100)), 5)
    2.06542
    """
    c, e = np.broadcast_arrays(
        finite(cases, name="cases", unit="1"), finite(expected, name="expected", unit="1")
    )
    positive(total, name="total", unit="1")
    if not np.all((c >= 0) & (c <= total) & (e > 0) & (e <= total * (1 + 1e-12))):
        raise ValueError(
            f"cases must be 0 to total and expected above 0, got {cases!r}, {expected!r}"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = c * np.log(c / e)
        outside = np.where(c < total, (total - c) * np.log((total - c) / (total - e)), 0.0)
    return np.where(c > e, inside + outside, 0.0)


def spatial_scan(
    east: ArrayLike,
    north: ArrayLike,
    counts: ArrayLike,
    expected: ArrayLike,
    *,
    largest_share: float = 0.5,
    largest_radius: float = np.inf,
    longest: int = 7,
    replications: int = 999,
    seed: int = 1,
    at_most: int = 10,
) -> ScanResult:
    """Return the clusters of cases.

    Parameters
    ----------
    east, north : array_like
        Where the areas lie on a flat map, shape (areas,). [m]
    counts : array_like
        Cases, shape (areas,) or (areas, steps); the last step is today. [1]
    expected : array_like
        Expected cases or people at risk, of the same shape or (areas,); only proportions count. [1]
    largest_share : float
        No circle holds more of all expected cases, 0.01 to 0.5. [1]
    largest_radius : float
        No circle is larger, > 0. [m]
    longest : int
        Longest window of time, in steps. [1]
    replications : int
        Random data sets, 9 to 99 999. [1]
    seed : int
        Of the random data sets, >= 0. [1]
    at_most : int
        Clusters returned, >= 1. [1]

    Returns
    -------
    ScanResult
        Clusters, the likeliest first.

    Raises
    ------
    ValueError
        If shapes do not fit, a value is out of range, or cases stand where none are possible.

    Examples
    --------
    >>> import numpy as np
    >>> cases = np.full(25, 4); cases[:3] = 20
    >>> x, y = np.indices((5, 5)).reshape(2, -1) * 1000.0
    >>> found = spatial_scan(x, y, cases, np.ones(25), largest_share=0.2)
    >>> found.clusters[0].areas, found.clusters[0].p  # the circle takes the neighbour in
    ((1, 0, 2, 6), 0.001)
    """
    x, y = finite(east, name="east", unit="m"), finite(north, name="north", unit="m")
    if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
        raise ValueError(f"east and north must have one shape of 2 areas or more, got {x.shape}")
    CARD.check(largest_share=largest_share, longest=longest, replications=replications)
    positive(largest_radius, name="largest_radius", unit="m", endless=True)
    longest, replications = whole(longest, name="longest"), whole(replications, name="replications")
    seed, at_most = whole(seed, name="seed"), whole(at_most, name="at_most")
    not_negative(seed, name="seed", unit="")
    positive(at_most, name="at_most", unit="")
    cases = not_negative(counts, name="counts", unit="1")
    if cases.ndim not in {1, 2} or len(cases) != len(x) or not np.all(cases == np.round(cases)):
        raise ValueError(f"counts must be whole numbers, one row an area, got shape {cases.shape}")
    if cases.ndim == 1:
        cases = cases[:, None]
    risk = not_negative(expected, name="expected", unit="1")
    risk = np.broadcast_to(risk[:, None] if risk.ndim == 1 else risk, cases.shape)
    total = float(cases.sum())
    if not np.isfinite(risk).all() or not risk.sum() > 0 or np.any(cases[risk == 0] > 0):
        raise RefusalError(
            "expected must be > 0 1 where there are cases", zh="有病例的地方期望病例数应大于 0"
        )
    e = risk / risk.sum() * total if total else risk * 0.0
    order, sizes, radii = _circles(x, y, e.sum(axis=1), largest_share, largest_radius, total)
    span = min(longest, cases.shape[1])
    if cases.shape[1] == 1:
        span = 1
    expected_late = _late(e, span)
    ratio = np.zeros((len(x), order.shape[1], span))
    if total:
        _scan(order, sizes, _late(cases, span), expected_late, total, ratio)
    largest = _random_largest(order, sizes, e, span, total, replications, seed)
    found = _without_overlap(ratio, order, at_most)
    clusters = tuple(_cluster(k, cases, e, order, radii, total, ratio, largest) for k in found)
    return ScanResult(clusters=clusters, largest=largest)


def _circles(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    share: float,
    radius: float,
    total: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the areas by distance from each, how many the largest circle holds, and the radii."""
    distance = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    order = np.argsort(distance, axis=1, kind="stable")
    near = np.take_along_axis(distance, order, axis=1)
    inside = np.cumsum(weight[order], axis=1) <= share * total * (1 + 1e-12)
    allowed = inside & (near <= radius)
    # areas at one distance enter a circle together, or not at all
    whole = np.ones(near.shape, dtype=np.bool_)
    whole[:, :-1] = near[:, 1:] > near[:, :-1]
    ends = np.where(allowed & whole, np.arange(1, len(x) + 1), 0)
    most = int(ends.max(initial=0))
    sizes = np.where(ends > 0, 1, 0)[:, :most]
    return order[:, :most].astype(np.int64), sizes.astype(np.int64), near[:, :most]


def _late(values: NDArray[np.float64], span: int) -> NDArray[np.float64]:
    """Return sums over the last 1, 2, … steps, shape (…, areas, span)."""
    return np.ascontiguousarray(np.cumsum(values[..., ::-1], axis=-1)[..., :span], dtype=np.float64)


@nb.njit(cache=True, error_model="numpy")
def _scan(order, ends, cases, expected, total, ratio):  # type: ignore[no-untyped-def]
    """Fill the ratio of each window; return the largest.

    Parameters
    ----------
    order, ends : ndarray
        Areas by distance from each, and where a circle may end. [-]
    cases, expected : ndarray
        Over the last steps, shape (areas, span). [1]
    total : float
        All cases. [1]
    ratio : ndarray
        Filled where its size is not 0, shape (areas, circles, span). [1]
    """
    areas, circles = order.shape
    span = cases.shape[1]
    best = 0.0
    for t in range(span):
        for i in range(areas):
            c = e = 0.0
            for k in range(circles):
                j = order[i, k]
                c += cases[j, t]
                e += expected[j, t]
                if ends[i, k] == 0 or c <= e or e <= 0.0:
                    continue
                value = c * np.log(c / e)
                if c < total:
                    value += (total - c) * np.log((total - c) / (total - e))
                if ratio.size:
                    ratio[i, k, t] = value
                best = max(best, value)
    return best


def _random_largest(
    order: NDArray[np.int64],
    ends: NDArray[np.int64],
    expected: NDArray[np.float64],
    span: int,
    total: float,
    replications: int,
    seed: int,
) -> NDArray[np.float64]:
    """Return the largest ratio of each random data set."""
    found = np.zeros(replications)
    if not total:
        return found
    rng = np.random.default_rng(seed)
    p = expected.ravel() / expected.sum()
    late = _late(expected, span)
    none = np.zeros((0, 0, 0))
    for start in range(0, replications, BATCH):
        n = min(BATCH, replications - start)
        drawn = (
            rng.multinomial(int(total), p, size=n).astype(np.float64).reshape(n, *expected.shape)
        )
        sums = _late(drawn, span)
        for k in range(n):
            found[start + k] = _scan(order, ends, sums[k], late, total, none)
    return np.sort(found)


def _without_overlap(
    ratio: NDArray[np.float64], order: NDArray[np.int64], at_most: int
) -> list[tuple[int, int, int]]:
    """Return windows from the largest ratio down that share no area with one before."""
    taken: set[int] = set()
    found: list[tuple[int, int, int]] = []
    flat = np.argsort(-ratio, axis=None, kind="stable")
    for at in flat:
        if len(found) >= at_most or ratio.flat[at] <= 0.0:
            break
        i, k, t = (int(v) for v in np.unravel_index(at, ratio.shape))
        areas = set(order[i, : k + 1].tolist())
        if not areas & taken:
            taken |= areas
            found.append((i, k, t))
    return found


def _cluster(
    window: tuple[int, int, int],
    cases: NDArray[np.float64],
    expected: NDArray[np.float64],
    order: NDArray[np.int64],
    radii: NDArray[np.float64],
    total: float,
    ratio: NDArray[np.float64],
    largest: NDArray[np.float64],
) -> Cluster:
    i, k, t = window
    areas = order[i, : k + 1]
    first = cases.shape[1] - 1 - t
    c, e = (float(v[areas, first:].sum()) for v in (cases, expected))
    value = float(ratio[window])
    above = len(largest) - int(np.searchsorted(largest, value - TIES, side="left"))
    return Cluster(
        centre=i,
        areas=tuple(int(a) for a in areas),
        radius=float(radii[i, k]),
        first=first,
        cases=c,
        expected=e,
        relative_risk=float("inf") if c >= total else (c / e) / ((total - c) / (total - e)),
        ratio=value,
        p=(1 + above) / (len(largest) + 1),
    )


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    whole = np.zeros((1, 1), np.int64)
    for shape in ((1, 1, 1), (0, 0, 0)):
        _scan(whole, whole, np.ones((1, 1)), np.ones((1, 1)), 1.0, np.zeros(shape))
