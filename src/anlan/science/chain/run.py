r"""Run a consequence chain: how likely each event becomes, how large, how soon, and why.

The chain is a graph without cycles. In each of `members` trials the start events have a size; a
link fires with a probability that depends on the size of its cause and on what is exposed,

.. math:: p = \Phi\!\left(\frac{\ln (x / a F)}{b}\right), \quad
   N \sim \mathrm{Poisson}(a F x^b E), \quad N \sim \mathrm{Binomial}(E, p), \ldots

and gives its effect a size. Two kinds of uncertainty are kept apart. Chance differs from trial to
trial. What is not known about a link, the factor :math:`F = e^{s z}`, and what is not known about
the start, is drawn once for each of the groups of trials; the range of the probability is the
range over the groups. Every link has its own random numbers (from the seed and its key), so a
link more or less, or another order of the table, changes nothing elsewhere.

    result = run_chain({"shaking_velocity": (0.3, 0.5, 0.8)}, shipped_table(),
                       {"water_pipe_km": 2500.0}, members=5000, seed=1)
    result.node("water_breaks").probability, result.node("water_breaks").size

A link whose exposure the context does not give is left out and named in `skipped`: nothing is
guessed. SI units; times in seconds.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping  # noqa: TC003 (a field of a dataclass)
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy
from scipy.special import ndtr, ndtri

from anlan.science.chain.links import Link, LinkTable, Node, shipped_table
from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.refusal import Kind, RefusalError, Rule, RuleError, received

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CARD", "ChainResult", "NodeResult", "Range", "Reason", "Skipped", "run_chain"]

GROUPS = 50
"""Sets of trials that share what is not known about the links. [1]"""

Z95 = 1.6448536269514722
"""The 95 % point of the normal distribution. [1]"""

MOST_CASES = 1e9
"""Largest expected number of cases; beyond it the exposure is mistyped. [1]"""

CARD = ModelCard(
    key="chain.run",
    version=1,
    title="Consequence chain across hazards and lifelines",
    title_zh="灾害链推演（链式后果与不确定性传递）",
    inputs=(
        Quantity(
            name="members", title="随机试验次数", unit="1", low=50, high=200_000, default=5000
        ),
        Quantity(name="seed", title="随机种子", unit="1", low=0, high=2**32 - 1, default=1),
        Quantity(name="start", title="起始事件强度", unit="各事件单位", low=0.0),
        Quantity(name="context", title="暴露量（管线公里数、变电站数等）", unit="1", low=0.0),
    ),
    outputs=(
        Quantity(name="probability", title="发生概率", unit="1", low=0.0, high=1.0),
        Quantity(name="size", title="规模", unit="各事件单位", low=0.0),
        Quantity(name="time", title="发生时间", unit="s", low=0.0),
    ),
    references=(
        "ALA (2001) Seismic Fragility Formulations for Water Systems, Part 1 – Guideline",
        "Scawthorn, C. (2009) Enhancements in HAZUS-MH Fire Following Earthquake, Task 3",
        (
            "Hofer, E. et al. (2002) An approximate epistemic uncertainty analysis approach in the"
            " presence of epistemic and aleatory uncertainties, Reliab. Eng. Syst. Saf. 77, 229-238"
            "（两层抽样；卷页未核对）"
        ),
    ),
    limits=(
        "各链接相互独立，不计同一地震动在空间上的相关：同时发生的可能性偏低估",
        "只给全市数量，不给地点；地点和范围用相应的单灾种模型",
        "标为“示例”的链接只说明做法，须按本地资料替换后才可用于决策",
        "链上没有应急处置的作用：结果是不处置的情形",
    ),
    unconfirmed=("链接表中置信度为 M 和“示例”的系数",),
)


@dataclass(frozen=True, slots=True)
class Range:
    """A value with its 5 % and 95 % points.

    Parameters
    ----------
    low, median, high : float
        5, 50 and 95 per cent. [unit of the event]
    """

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an event may happen: one link, or its having been given.

    Parameters
    ----------
    link : str
        Key of the link; empty for a start event. [-]
    cause : str
        Key of the cause. [-]
    text, source, confidence : str
        In Chinese; where the link comes from; V, M or 示例. [-]
    share : float
        Share of the trials in which the link fired. [1]
    outside : float
        Share of the trials with the cause above the range of the relation. [1]
    """

    link: str
    cause: str
    text: str
    source: str
    confidence: str
    share: float
    outside: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResult:
    """What becomes of one event.

    Parameters
    ----------
    key, title_zh, unit, kind : str
        As in the table. [-]
    probability : float
        That it happens. [1]
    probability_range : Range
        Over what is not known about the links and the start. [1]
    size : Range
        Over all trials, zero where it does not happen. [unit of the event]
    size_if : Range or None
        Over the trials in which it happens. [unit of the event]
    mean : float
        Mean size over all trials. [unit of the event]
    time : Range or None
        After the start, where it happens. [s]
    reasons : tuple of Reason
        The links that can bring it about, the strongest first. [-]
    """

    key: str
    title_zh: str
    unit: str
    kind: str
    probability: float
    probability_range: Range
    size: Range
    size_if: Range | None
    mean: float
    time: Range | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A link that was not run.

    Parameters
    ----------
    link, cause, effect : str
        Keys. [-]
    missing : tuple of str
        Exposures that the context does not give. [-]
    """

    link: str
    cause: str
    effect: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainResult:
    """A run of a chain.

    Parameters
    ----------
    start : mapping
        Event to its low, middle and high size. [unit of the event]
    nodes : tuple of NodeResult
        Every event that may follow, causes first. [-]
    skipped : tuple of Skipped
        Links left out for want of an exposure. [-]
    members, seed : int
        As given. [1]
    """

    start: Mapping[str, tuple[float, float, float]]
    nodes: tuple[NodeResult, ...]
    skipped: tuple[Skipped, ...]
    members: int
    seed: int

    def node(self, key: str) -> NodeResult:
        """Return one event.

        Parameters
        ----------
        key : str
            Key of the event. [-]
        """
        for found in self.nodes:
            if found.key == key:
                return found
        raise ValueError(f"{key} does not follow from {', '.join(self.start)}")

    def as_dict(self) -> dict[str, Any]:
        """Return the run as plain values for JSON."""
        return {
            "start": {key: list(value) for key, value in self.start.items()},
            "nodes": [asdict(node) for node in self.nodes],
            "skipped": [asdict(link) for link in self.skipped],
            "members": self.members,
            "seed": self.seed,
        }


@dataclass(slots=True)
class _State:
    happened: NDArray[np.bool_]
    size: NDArray[np.float64]
    time: NDArray[np.float64]


def run_chain(
    start: Mapping[str, float | tuple[float, float, float]],
    table: LinkTable | None = None,
    context: Mapping[str, float] | None = None,
    *,
    members: int = 5000,
    seed: int = 1,
) -> ChainResult:
    """Return what may follow from some events.

    Parameters
    ----------
    start : mapping
        Event to its size, or to its 5 %, 50 % and 95 % sizes, all > 0. [unit of the event]
    table : LinkTable or None
        Events and links; None for the shipped table. [-]
    context : mapping
        What is exposed: lengths of pipes in km, numbers of stations; >= 0. [1]
    members : int
        Trials, 50 to 200 000; rounded up to whole groups of 50. [1]
    seed : int
        Of the random numbers; the same seed gives the same result to the last bit. [1]

    Returns
    -------
    ChainResult
        Probability, size, time and reasons of each event.

    Raises
    ------
    ValueError
        If a start event is unknown, a size or an exposure is not a number in its range.

    Examples
    --------
    >>> result = run_chain({"shaking_velocity": 0.5}, context={"water_pipe_km": 100.0})
    >>> result.node("water_breaks").probability > 0.8
    True
    >>> [s.link for s in result.skipped]
    ['eq-gas']
    """
    CARD.check(members=members, seed=seed)
    links = shipped_table() if table is None else table
    given = _ranges(start, links)
    exposed = dict(context or {})
    for name, value in exposed.items():
        if not (np.isfinite(value) and value >= 0):
            raise ValueError(f"{name} must be a finite number >= 0, got {value!r}")
    inside = -(-int(members) // GROUPS)
    shape = (GROUPS, inside)
    states: dict[str, _State] = {}
    found: list[NodeResult] = []
    skipped: list[Skipped] = []
    reachable = links.after(set(given))
    for key in links.order:
        if key not in reachable:
            continue
        node = links.nodes[key]
        state = _State(np.zeros(shape, np.bool_), np.zeros(shape), np.full(shape, np.inf))
        reasons = []
        if key in given:
            low, middle, high = given[key]
            z = _stratified(seed, "start " + key, GROUPS)[:, None]
            size = np.where(z > 0, middle * (high / middle) ** (z / Z95), middle)
            size = np.where(z < 0, middle * (low / middle) ** (-z / Z95), size)
            state = _State(np.ones(shape, np.bool_), size * np.ones(shape), np.zeros(shape))
            reasons.append(
                Reason(link="", cause=key, text="给定的起始事件", source="输入", confidence="V", share=1.0)
            )  # fmt: skip
        for link in links.into(key):
            cause = states.get(link.cause)
            if cause is None:
                continue
            missing = tuple(name for name in link.exposures if name not in exposed)
            if missing:
                skipped.append(
                    Skipped(link=link.key, cause=link.cause, effect=key, missing=missing)
                )
                continue
            effect = _fire(link, cause, exposed, seed)
            over = cause.happened & (cause.size > link.upper)
            reasons.append(
                Reason(
                    link=link.key,
                    cause=link.cause,
                    text=link.reason,
                    source=link.source,
                    confidence=link.confidence,
                    share=float(effect.happened.mean()),
                    outside=float(over.mean()),
                )
            )
            _join(state, effect, node)
        states[key] = state
        found.append(_summary(node, state, reasons))
    return ChainResult(
        start=given, nodes=tuple(found), skipped=tuple(skipped), members=GROUPS * inside, seed=seed
    )


def _ranges(
    start: Mapping[str, float | tuple[float, float, float]], table: LinkTable
) -> dict[str, tuple[float, float, float]]:
    if not start:
        raise ValueError("start must name at least one event, got none")
    given = {}
    for key, value in start.items():
        if key not in table.nodes:
            raise ValueError(f"start must name events of the table, got {key!r}")
        parts = tuple(float(v) for v in (value if isinstance(value, tuple) else (value,) * 3))
        node = table.nodes[key]
        if len(parts) != 3 or not 0 < parts[0] <= parts[1] <= parts[2] <= node.limit:
            most = "" if math.isinf(node.limit) else f" 且不超过 {node.limit:g}"
            raise RefusalError(
                f"{key} must be 0 < low <= middle <= high <= {node.limit:g} {node.unit}, got {value!r}",
                zh=f"{node.title_zh}应大于 0{most}{received(value)}",
            )
        if not np.isfinite(parts[2]):
            raise RuleError(key, Rule(Kind.FINITE, unit=node.unit), value, title=node.title_zh)
        given[key] = (parts[0], parts[1], parts[2])
    return given


def _random(seed: int, what: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(what.encode())])


def _stratified(seed: int, what: str, n: int) -> NDArray[np.float64]:
    """Return normal numbers, one from each of n equal parts of the distribution, shuffled."""
    return np.asarray(ndtri((_random(seed, what).permutation(n) + 0.5) / n))


def _uniform(seed: int, what: str, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return uniform numbers; in each group one from each of its equal parts, shuffled."""
    rng = _random(seed, what)
    parts = rng.permuted(np.tile(np.arange(shape[1]), (shape[0], 1)), axis=1)
    return np.asarray((parts + rng.random(shape)) / shape[1])


def _fire(link: Link, cause: _State, context: Mapping[str, float], seed: int) -> _State:
    """Return the event as this link alone would make it."""
    shape = cause.size.shape
    factor = np.exp(link.spread * _stratified(seed, link.key + " factor", GROUPS))[:, None]
    u = _uniform(seed, link.key + " chance", shape)
    x = np.where(cause.happened, np.minimum(cause.size, link.upper), 0.0)
    exposed = context.get(link.exposure, 1.0)
    a, b = link.a or 0.0, link.b or 0.0
    number = np.zeros(shape)
    if link.chance == "always":
        happened = cause.happened.copy()
    elif link.chance in {"chance", "threshold", "fragility"}:
        if link.chance == "chance":
            p = _odds(a, factor) * np.ones(shape)
        elif link.chance == "threshold":
            p = np.where(x >= a * exposed * factor, b, 0.0)
        else:
            p = _lognormal(x, a * exposed * factor, b)
        happened = cause.happened & (u < p)
    else:
        number = _cases(link, x, u, exposed, factor)
        happened = cause.happened & (number > 0)
    size = _size(link, x, number, context)
    if link.size_spread:
        size = size * np.exp(link.size_spread * ndtri(_uniform(seed, link.key + " size", shape)))
    happened &= size > 0  # of nothing exposed nothing happens
    late = _uniform(seed, link.key + " delay", shape)
    delay = link.delay_low + (link.delay_high - link.delay_low) * late
    return _State(
        happened, np.where(happened, size, 0.0), np.where(happened, cause.time + delay, np.inf)
    )


def _cases(
    link: Link,
    x: NDArray[np.float64],
    u: NDArray[np.float64],
    exposed: float,
    factor: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return a number of cases for each trial."""
    a, b = link.a or 0.0, link.b or 0.0
    if link.chance in {"rate", "quadratic"}:
        if link.chance == "rate":
            rate = a * np.where(x > 0, x, 0.0) ** b if b else a * (x > 0)
        else:
            rate = np.maximum(a * x**2 + b * x, 0.0)
        expected = factor * rate * exposed
        if float(np.max(expected)) > MOST_CASES:
            raise RefusalError(
                f"{link.exposure} must give at most {MOST_CASES:g} cases by {link.key}, got"
                f" {float(np.max(expected)):g}",
                zh=f"暴露量过大：后果不得超过 {MOST_CASES:g} 处",
            )
        return np.asarray(scipy.stats.poisson.ppf(u, expected), dtype=np.float64)
    if link.chance == "each":
        cases, p = np.round(x), _odds(a, factor) * np.ones(x.shape)
    else:
        cases = np.full(x.shape, np.round(exposed))
        if link.chance == "portion":
            p = np.clip(a * factor * (x**b if b else 1.0 * (x > 0)), 0.0, 1.0)
        else:
            p = _lognormal(x, a * factor, b)
    drawn = np.zeros(x.shape)
    some = (cases > 0) & (p > 0)
    drawn[some] = scipy.stats.binom.ppf(u[some], cases[some], p[some])
    return drawn


def _odds(share: float, factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a probability whose odds are multiplied by a factor, so that it stays one."""
    return np.asarray(share * factor / (1.0 - share + share * factor))


def _lognormal(
    x: NDArray[np.float64], median: NDArray[np.float64] | float, beta: float
) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.where(x > 0, ndtr(np.log(np.where(x > 0, x, 1.0) / median) / beta), 0.0)


def _size(
    link: Link, x: NDArray[np.float64], number: NDArray[np.float64], context: Mapping[str, float]
) -> NDArray[np.float64]:
    exposed = context.get(link.size_exposure, 1.0)
    c, d = link.c or 0.0, link.d or 0.0
    if link.size == "count":
        return number
    if link.size == "value":
        return np.full(x.shape, c * exposed)
    if link.size == "power":
        return np.asarray(c * (x * exposed) ** d)
    if exposed == 0.0:  # a share of nothing
        return np.zeros(x.shape)
    if link.size == "ratio":
        return np.asarray(c * (x / exposed) ** d)
    return _lognormal(x, c * exposed, d)


def _join(state: _State, effect: _State, node: Node) -> None:
    """Add what one more link does to the event."""
    if node.combine == "sum":
        state.size += effect.size
    else:
        np.maximum(state.size, effect.size, out=state.size)
    np.minimum(state.size, node.limit, out=state.size)
    state.happened |= effect.happened
    np.minimum(state.time, effect.time, out=state.time)


def _summary(node: Node, state: _State, reasons: list[Reason]) -> NodeResult:
    happened = state.happened
    any_time = bool(happened.any())
    return NodeResult(
        key=node.key,
        title_zh=node.title_zh,
        unit=node.unit,
        kind=node.kind,
        probability=float(happened.mean()),
        probability_range=_range(happened.mean(axis=1)),
        size=_range(state.size),
        size_if=_range(state.size[happened]) if any_time else None,
        mean=float(state.size.mean()),
        time=_range(state.time[happened]) if any_time else None,
        reasons=tuple(sorted(reasons, key=lambda r: (-r.share, r.link))),
    )


def _range(values: NDArray[np.float64]) -> Range:
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
    return Range(float(low), float(median), float(high))
