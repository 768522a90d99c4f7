"""Storm drains in one dimension: pipes that fill, back up and spill, by the EPA SWMM engine.

A thin way in to the dynamic wave of `swmm-toolkit` (CC0 and MIT), an extra: `pip install
anlan[swmm]`. Pipes and manholes go in with the inflow of each manhole in time; out come the water
that spills onto the street, as a hydrograph that `simulate_flood` takes as an `Inflow`, the depth
in each manhole and the flow at the outfalls. Without the extra `available()` is false and
`run_drainage` says how to install it; the flood model then uses its street inlets alone. SI units.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.flood.hydrograph import Hydrograph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "CARD",
    "Drainage",
    "DrainageUnavailableError",
    "Manhole",
    "Outfall",
    "Pipe",
    "available",
    "run_drainage",
]

ENGINE = threading.Lock()
"""The engine keeps its network in global memory: one run at a time in a process."""

NAME = re.compile(r"[A-Za-z0-9_.\-]{1,40}")

CARD = ModelCard(
    key="flood.drainage",
    version=1,
    title="Storm drains by the EPA SWMM dynamic wave",
    title_zh="雨水管网（SWMM 一维动力波，可选）",
    inputs=(
        Quantity(name="invert", title="管底高程", unit="m", low=-500.0, high=9000.0),
        Quantity(name="depth", title="井深", unit="m", low=0.1, high=100.0),
        Quantity(name="diameter", title="管径", unit="m", low=0.05, high=20.0),
        Quantity(name="length", title="管长", unit="m", low=1.0, high=20_000.0),
        Quantity(
            name="roughness", title="糙率", unit="s m^(-1/3)", low=0.005, high=0.1, default=0.013
        ),
        Quantity(name="duration", title="模拟时长", unit="s", low=60.0, high=10 * 86_400.0),
        Quantity(name="step", title="计算步长", unit="s", low=0.1, high=60.0, default=2.0),
    ),
    outputs=(
        Quantity(name="spilled", title="冒溢流量", unit="m3/s", low=0.0),
        Quantity(name="depth", title="井内水深", unit="m", low=0.0),
        Quantity(name="outflow", title="出口流量", unit="m3/s", low=0.0),
    ),
    references=(
        (
            "Rossman, L. A. (2017) Storm Water Management Model Reference Manual, Volume II –"
            " Hydraulics, EPA/600/R-17/111"
        ),
        "swmm-toolkit 0.17, https://github.com/pyswmm/swmm-python",
    ),
    limits=(
        "冒溢的水不回流入管网：与地面模型单向耦合",
        "只有圆管、检查井和自由出口；泵站、闸门、调蓄池须用完整的 SWMM 模型",
        "管网资料须经普查核对；淤积、错接会使能力远低于计算值",
    ),
)


class DrainageUnavailableError(RuntimeError):
    """The extra is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manhole:
    """A junction of pipes.

    Parameters
    ----------
    key : str
        Name, letters, digits, `_`, `.` and `-`. [-]
    invert, depth : float
        Height of the floor; from there to the street. [m]
    """

    key: str
    invert: float
    depth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfall:
    """Where the water leaves, falling freely.

    Parameters
    ----------
    key : str
        Name. [-]
    invert : float
        Height of the floor. [m]
    """

    key: str
    invert: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipe:
    """A circular pipe.

    Parameters
    ----------
    key, start, end : str
        Name, and the manholes or outfall that it joins. [-]
    length, diameter : float
        Its size. [m]
    roughness : float
        Manning's n. [s m^(-1/3)]
    """

    key: str
    start: str
    end: str
    length: float
    diameter: float
    roughness: float = 0.013


@dataclass(frozen=True, slots=True, kw_only=True)
class Drainage:
    """What a run gives.

    Parameters
    ----------
    times : ndarray
        Of all series. [s]
    depth : mapping
        Manhole to its depth. [m]
    spilled : mapping
        Manhole to what comes out onto the street; only those that spill. [m3/s]
    outflow : mapping
        Outfall to its flow. [m3/s]
    volume_in, volume_spilled, volume_out, volume_left : float
        Put in, spilled, drained, still in the pipes and manholes. [m3]
    """

    times: NDArray[np.float64]
    depth: Mapping[str, NDArray[np.float64]]
    spilled: Mapping[str, Hydrograph]
    outflow: Mapping[str, NDArray[np.float64]]
    volume_in: float
    volume_spilled: float
    volume_out: float
    volume_left: float

    @property
    def balance_error(self) -> float:
        """Water made (+) or lost (-) by the engine, as a share of what came in."""
        gone = self.volume_spilled + self.volume_out + self.volume_left
        return (gone - self.volume_in) / self.volume_in if self.volume_in > 0 else 0.0


def available() -> bool:
    """Return whether the extra is installed."""
    return importlib.util.find_spec("swmm") is not None


def run_drainage(
    manholes: Sequence[Manhole],
    pipes: Sequence[Pipe],
    outfalls: Sequence[Outfall],
    inflows: Mapping[str, Hydrograph],
    *,
    duration: float,
    step: float = 2.0,
    record_every: float = 60.0,
) -> Drainage:
    """Return how a network of storm drains carries its inflows.

    Parameters
    ----------
    manholes, pipes, outfalls : sequence
        The network. [-]
    inflows : mapping
        Manhole to the water that enters there. [m3/s]
    duration : float
        Time to simulate, 60 s to 10 days. [s]
    step : float
        Step of the engine, 0.1 to 60. [s]
    record_every : float
        Interval of the series. [s]

    Returns
    -------
    Drainage
        Depths, spills and outflows.

    Raises
    ------
    DrainageUnavailableError
        If the extra is not installed.
    ValueError
        If the network does not hang together or a value is out of range.
    """
    CARD.check(duration=duration, step=step)
    _check(manholes, pipes, outfalls, inflows)
    if not available():
        raise DrainageUnavailableError("the SWMM engine is missing; pip install 'anlan[swmm]'")
    if not step <= record_every <= duration:
        raise ValueError(f"record_every must be between step and duration s, got {record_every!r}")
    solver: Any = importlib.import_module("swmm.toolkit.solver")
    enum: Any = importlib.import_module("swmm.toolkit.shared_enum")
    text = _input_file(manholes, pipes, outfalls, duration=duration, step=step)
    with ENGINE, tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("net.inp", "net.rpt", "net.out")]
        files[0].write_text(text, encoding="ascii")
        try:
            solver.swmm_open(*(str(file) for file in files))
            solver.swmm_start(0)
        except Exception as error:  # the engine raises nothing narrower
            solver.swmm_close()
            said = " ".join(str(error).split())
            raise ValueError(f"the network cannot be run: {said}") from error
        try:
            return _run(solver, enum, manholes, outfalls, inflows, duration, record_every)
        finally:
            solver.swmm_close()


def _run(
    solver: Any,
    enum: Any,
    manholes: Sequence[Manhole],
    outfalls: Sequence[Outfall],
    inflows: Mapping[str, Hydrograph],
    duration: float,
    record_every: float,
) -> Drainage:
    nodes: list[Manhole | Outfall] = [*manholes, *outfalls]
    index = {n.key: solver.project_get_index(enum.ObjectType.NODE, n.key) for n in nodes}
    result = enum.NodeResult
    times: list[float] = []
    depth: dict[str, list[float]] = {m.key: [] for m in manholes}
    flood: dict[str, list[float]] = {m.key: [] for m in manholes}
    out: dict[str, list[float]] = {o.key: [] for o in outfalls}
    now = before = 0.0
    volume_in = volume_out = volume_spilled = 0.0
    next_record = 0.0
    while now < duration:
        for key, hydrograph in inflows.items():
            solver.node_set_total_inflow(index[key], float(hydrograph.at(now)))
        given = sum(float(h.at(now)) for h in inflows.values())
        elapsed = float(solver.swmm_step() or 0.0) * 86_400.0
        now = elapsed if elapsed > 0 else duration
        span = now - before
        volume_in += given * span
        spilling = {
            m.key: float(solver.node_get_result(index[m.key], result.FLOOD)) for m in manholes
        }
        leaving = {
            o.key: float(solver.node_get_result(index[o.key], result.TOTAL_INFLOW))
            for o in outfalls
        }
        volume_spilled += sum(spilling.values()) * span
        volume_out += sum(leaving.values()) * span
        before = now
        if now >= next_record or now >= duration:
            times.append(now)
            next_record += record_every
            for m in manholes:
                depth[m.key].append(float(solver.node_get_result(index[m.key], result.DEPTH)))
                flood[m.key].append(spilling[m.key])
            for o in outfalls:
                out[o.key].append(leaving[o.key])
    left = sum(float(solver.node_get_result(i, result.VOLUME)) for i in index.values()) + sum(
        float(solver.link_get_result(k, enum.LinkResult.VOLUME))
        for k in range(solver.project_get_count(enum.ObjectType.LINK))
    )
    solver.swmm_end()
    t = np.array(times)
    return Drainage(
        times=t,
        depth={key: np.array(values) for key, values in depth.items()},
        spilled={
            key: Hydrograph(t, np.array(values)) for key, values in flood.items() if max(values) > 0
        },
        outflow={key: np.array(values) for key, values in out.items()},
        volume_in=volume_in,
        volume_spilled=volume_spilled,
        volume_out=volume_out,
        volume_left=left,
    )


def _check(
    manholes: Sequence[Manhole],
    pipes: Sequence[Pipe],
    outfalls: Sequence[Outfall],
    inflows: Mapping[str, Hydrograph],
) -> None:
    nodes: list[Manhole | Outfall] = [*manholes, *outfalls]
    keys = [node.key for node in nodes] + [pipe.key for pipe in pipes]
    for key in keys:
        if not NAME.fullmatch(key):
            raise ValueError(f"key must be up to 40 letters, digits, _ . -, got {key!r}")
    if len(set(keys)) != len(keys):
        raise ValueError("key of every manhole, pipe and outfall must differ")
    if not manholes or not pipes or not outfalls:
        raise ValueError("a network needs a manhole, a pipe and an outfall")
    CARD.check(invert=[n.invert for n in nodes], depth=[m.depth for m in manholes])
    CARD.check(
        diameter=[p.diameter for p in pipes],
        length=[p.length for p in pipes],
        roughness=[p.roughness for p in pipes],
    )
    ends = {node.key for node in nodes}
    for pipe in pipes:
        if pipe.start not in ends or pipe.end not in ends or pipe.start == pipe.end:
            raise ValueError(f"pipe {pipe.key} must join two nodes of the network")
    for key in inflows:
        if key not in {m.key for m in manholes}:
            raise ValueError(f"inflows must enter at manholes, got {key!r}")


def _input_file(
    manholes: Sequence[Manhole],
    pipes: Sequence[Pipe],
    outfalls: Sequence[Outfall],
    *,
    duration: float,
    step: float,
) -> str:
    """Return the network in the engine's own format."""
    days, rest = divmod(int(-(-duration // 1)), 86_400)
    end = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    lines = [
        "[OPTIONS]", "FLOW_UNITS CMS", "FLOW_ROUTING DYNWAVE", "LINK_OFFSETS DEPTH",
        "ALLOW_PONDING NO", "START_DATE 01/01/2000", "START_TIME 00:00:00",
        f"END_DATE 01/{1 + days:02d}/2000", f"END_TIME {end}", "REPORT_STEP 00:01:00",
        f"ROUTING_STEP {step:g}", "VARIABLE_STEP 0.75", "INERTIAL_DAMPING PARTIAL",
        "NORMAL_FLOW_LIMITED BOTH", "[JUNCTIONS]",
    ]  # fmt: skip
    lines += [f"{m.key} {m.invert:.4f} {m.depth:.4f} 0 0 0" for m in manholes]
    lines += ["[OUTFALLS]", *(f"{o.key} {o.invert:.4f} FREE NO" for o in outfalls), "[CONDUITS]"]
    lines += [f"{p.key} {p.start} {p.end} {p.length:.3f} {p.roughness:g} 0 0 0 0" for p in pipes]
    lines += ["[XSECTIONS]", *(f"{p.key} CIRCULAR {p.diameter:g} 0 0 0 1" for p in pipes), ""]
    return "\n".join(lines)
