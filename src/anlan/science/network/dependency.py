r"""Failure by dependency: which service stops when, and in which order repair helps most people soonest.

A node (substation, exchange, pumping station, data centre) needs one or more kinds of supply; of each kind
it has one or more providers, any one of which is enough, and backup for some time. It stops at

.. math:: t_i = \min\Bigl(t_i^{damage},\; \min_{kind}\bigl(\max_{p} t_p\bigr) + b_{i,kind}\Bigr)

settled in the order of time. Repair is by one crew after the other; a node works again when it is repaired
and every kind has a working provider. The order chosen is by the largest gain of people served for the time
of repair of a node together with what it still needs: exact where no node needs another (Smith's rule),
otherwise a good order, not proven the best.

Pure. Nodes are numbered from 0.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, positive, whole
from anlan.science.common.refusal import Kind, Rule, RuleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "Restoration", "Supply", "failure_times", "restoration_order", "working"]

CARD = ModelCard(
    key="network.dependency",
    version=1,
    title="Failure by dependency with backup, and order of restoration",
    title_zh="生命线依存失效与抢修次序",
    inputs=(
        Quantity(name="nodes", title="设施数", unit="1", low=1, high=1_000_000),
        Quantity(name="backup", title="备用时长", unit="s", low=0.0, high=60 * 86_400.0),
        Quantity(name="repair_time", title="抢修时长", unit="s", low=1.0, high=365 * 86_400.0),
        Quantity(name="people", title="服务人口", unit="1", low=0.0),
    ),
    outputs=(
        Quantity(name="time", title="停止服务时间", unit="s", low=0.0),
        Quantity(name="order", title="抢修次序", unit="1", low=0.0),
        Quantity(name="dark_time", title="无服务人时", unit="s", low=0.0),
    ),
    references=(
        (
            "Buldyrev, S. V. et al. (2010) Catastrophic cascade of failures in interdependent"
            " networks, doi:10.1038/nature08932"
        ),
        (
            "Rinaldi, S. M., Peerenboom, J. P., Kelly, T. K. (2001) Identifying, understanding, and"
            " analyzing critical infrastructure interdependencies, doi:10.1109/37.969131"
        ),
        "Smith, W. E. (1956) Various optimizers for single-stage production, doi:10.1002/nav.3800030106",
    ),
    limits=(
        "供应只分有无，不含降级与容量；超负荷另见级联模型",
        "依存关系与备用时长须由各单位填报，漏填即视为不依赖",
        "抢修按一支队伍逐处进行；多队时按行业分开计算",
        "次序为启发式，设施互相依赖时不保证最优；互为供给者修复后视为能自行启动（黑启动未计）",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """That a node needs a kind of supply.

    Parameters
    ----------
    node : int
        Who needs it. [-]
    kind : str
        What, as `power`, `communications`, `water`, `gas`, `data`. [-]
    providers : tuple of int
        Who can give it; any one is enough. [-]
    backup : float
        How long the node goes on without it, 0 to 60 days. [s]
    """

    node: int
    kind: str
    providers: tuple[int, ...]
    backup: float = 0.0

    def __post_init__(self) -> None:
        CARD.check(backup=self.backup)
        if not self.providers:
            raise ValueError(f"providers must name at least one node, got () for {self.kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """An order of repair and what it gives.

    Parameters
    ----------
    order : tuple of int
        Damaged nodes in the order of repair. [-]
    finished : ndarray
        When each of them is repaired. [s]
    served : ndarray
        People served after each repair. [1]
    dark_time : float
        People without service times how long, until all is repaired. [s]
    """

    order: tuple[int, ...]
    finished: NDArray[np.float64]
    served: NDArray[np.float64]
    dark_time: float


def failure_times(
    nodes: int, supplies: Sequence[Supply], *, damaged: Mapping[int, float]
) -> NDArray[np.float64]:
    """Return when each node stops working.

    Parameters
    ----------
    nodes : int
        Number of nodes. [1]
    supplies : sequence of Supply
        Who needs what from whom. [-]
    damaged : mapping of int to float
        When nodes are damaged, >= 0. [s]

    Returns
    -------
    ndarray
        Time of each node; inf where it goes on. [s]

    Raises
    ------
    ValueError
        If a node does not exist or a time is negative.

    Examples
    --------
    A substation fails; a base station with two hours of battery, then an exchange that needs it:

    >>> needs = [Supply(node=1, kind="power", providers=(0,), backup=7200),
    ...          Supply(node=2, kind="communications", providers=(1,))]
    >>> failure_times(3, needs, damaged={0: 0.0}).tolist()
    [0.0, 7200.0, 7200.0]
    """
    _known(nodes, supplies, damaged)
    not_negative(list(damaged.values()), name="damaged", unit="s", endless=True)
    when = np.full(nodes, np.inf)
    left = [len(set(s.providers)) for s in supplies]
    users = defaultdict(list)
    for index, supply in enumerate(supplies):
        for provider in set(supply.providers):
            users[provider].append(index)
    queue = [(float(t), node) for node, t in damaged.items()]
    heapq.heapify(queue)
    while queue:
        time, node = heapq.heappop(queue)
        if when[node] <= time:
            continue
        when[node] = time
        for index in users[node]:
            left[index] -= 1
            if left[index] == 0:
                supply = supplies[index]
                heapq.heappush(queue, (time + supply.backup, supply.node))
    return when


def working(nodes: int, supplies: Sequence[Supply], *, damaged: Sequence[int]) -> NDArray[np.bool_]:
    """Return which nodes work once every backup is used up.

    Parameters
    ----------
    nodes : int
        Number of nodes. [1]
    supplies : sequence of Supply
        Who needs what from whom. [-]
    damaged : sequence of int
        Nodes that are damaged. [-]

    Returns
    -------
    ndarray of bool
        True where it works. [-]
    """
    return np.isinf(failure_times(nodes, supplies, damaged=dict.fromkeys(damaged, 0.0)))


def restoration_order(
    nodes: int,
    supplies: Sequence[Supply],
    *,
    repair_time: Mapping[int, float],
    people: ArrayLike,
) -> Restoration:
    """Return an order of repair that gives most people service soonest.

    Parameters
    ----------
    nodes : int
        Number of nodes. [1]
    supplies : sequence of Supply
        Who needs what from whom. [-]
    repair_time : mapping of int to float
        Damaged nodes and the time that the repair of each takes, 1 s to a year. [s]
    people : array_like
        People served by each node itself, >= 0. [1]

    Returns
    -------
    Restoration
        Order, times and people served.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> found = restoration_order(2, [], repair_time={0: 3600, 1: 3600}, people=[100, 900])
    >>> found.order, found.served.tolist()
    ((1, 0), [900.0, 1000.0])
    """
    CARD.check(repair_time=list(repair_time.values()) or 1.0)
    served_by = not_negative(people, name="people", unit="people")
    _known(nodes, supplies, repair_time)
    if served_by.shape != (nodes,):
        raise ValueError(f"people must have shape {(nodes,)}, got {served_by.shape}")
    needs = defaultdict(list)
    for supply in supplies:
        needs[supply.node].append(supply)

    def served(broken: set[int]) -> float:
        return float(served_by[working(nodes, supplies, damaged=sorted(broken))].sum())

    broken = set(repair_time)
    order: list[int] = []
    now = served(broken)
    while broken:
        best: tuple[float, float, list[int]] | None = None
        works = working(nodes, supplies, damaged=sorted(broken))
        for node in np.flatnonzero(~works).tolist():
            chain = _chain(node, needs, broken, works, repair_time)
            if not chain:
                continue
            length = sum(repair_time[i] for i in chain)
            gain = served(broken - set(chain)) - now
            rate = gain / positive(length, name="repair_time", unit="s")
            if best is None or (rate, -length) > best[:2]:
                best = (float(rate), -length, chain)
        # what cannot be brought back by a chain is repaired in the end all the same
        step = best[2] if best else sorted(broken, key=lambda i: (repair_time[i], i))
        order += step
        broken -= set(step)
        now = served(broken)
    return _played(order, served, set(repair_time), repair_time, float(served_by.sum()))


def _chain(
    node: int,
    needs: Mapping[int, list[Supply]],
    broken: set[int],
    works: NDArray[np.bool_],
    repair_time: Mapping[int, float],
) -> list[int]:
    """Return the damaged nodes to repair, providers first, that bring a node back most quickly."""

    def cost(chain: list[int]) -> float:
        return sum(repair_time[i] for i in chain)

    def find(at: int, above: frozenset[int]) -> list[int] | None:
        if works[at]:
            return []
        if at in above:
            return None
        chain: list[int] = []
        for supply in needs.get(at, ()):
            found = [find(p, above | {at}) for p in supply.providers]
            usable = [c for c in found if c is not None]
            if not usable:
                return None
            chain += [i for i in min(usable, key=cost) if i not in chain]
        return [*chain, at] if at in broken else chain

    return find(node, frozenset()) or []


def _played(
    order: list[int],
    served: Callable[[set[int]], float],
    broken: set[int],
    repair_time: Mapping[int, float],
    total: float,
) -> Restoration:
    """Return what an order gives when it is carried out."""
    clock = dark = 0.0
    light = served(broken)
    finished, reached = [], []
    for node in order:
        dark += (total - light) * repair_time[node]
        clock += repair_time[node]
        broken = broken - {node}
        light = served(broken)
        finished.append(clock)
        reached.append(light)
    return Restoration(
        order=tuple(order),
        finished=np.array(finished),
        served=np.array(reached),
        dark_time=dark,
    )


def _known(nodes: int, supplies: Sequence[Supply], named: Mapping[int, float]) -> None:
    CARD.check(nodes=nodes)
    whole(nodes, name="nodes")
    everyone = {i for s in supplies for i in (s.node, *s.providers)} | set(named)
    strange = sorted(i for i in everyone if not 0 <= i < nodes)
    if strange:
        raise RuleError("nodes", Rule(Kind.BETWEEN, (0, nodes - 1)), strange[0], title="节点编号")
