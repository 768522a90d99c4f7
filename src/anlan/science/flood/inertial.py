r"""Flood on a raster by the local inertial equations: rain, rivers, drains.

Per face of the cells, q the discharge per width and :math:`\eta = z + h` the level:

.. math:: q' \left(1 + g \Delta t\, n^2 |q'| / h_f^{7/3}\right) = \theta q
   + (1-\theta)\frac{q_- + q_+}{2} - g h_f \Delta t\,\frac{\partial\eta}{\partial x}, \qquad
   h_f = \max(\eta_L, \eta_R) - \max(z_L, z_R)

Friction takes the new discharge (the root of a quadratic), where Bates et al. take the old one:
with that, films of rain on slopes swing from step to step and break up into pulses.

.. math:: h' = h + \frac{\Delta t}{\Delta x}\Big(\sum q_{in} - \sum q_{out}\Big) + r \Delta t
   - \mathrm{sinks}, \qquad \Delta t = \alpha \Delta x / \sqrt{g h_{max}}

A cell never gives more than it holds: its outflow is scaled down where it would, so no water is
made and none is lost. Rain and inflow are given in time; infiltration and street inlets take
what is there, up to their capacity. Rows of the raster run along y. SI units.

With `device="cuda"` the same equations run on a graphics card (`pip install 'anlan[gpu]'`); results
agree within round-off, because both are compiled from one source.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import finite, not_negative, positive
from anlan.science.common.constants import GRAVITY
from anlan.science.flood.device import device_of, on_card
from anlan.science.flood.hydrograph import Hydrograph, steady
from anlan.science.flood.inertial_kernel import THIN
from anlan.science.flood.inertial_state import OnProcessor, Site
from anlan.science.flood.threads import threads_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from anlan.science.flood.inertial_cuda import OnCard

__all__ = ["CARD", "Flood", "Inflow", "simulate_flood"]

PRECISIONS = {"single": np.float32, "double": np.float64}

CARD = ModelCard(
    key="flood.inertial",
    version=1,
    title="Flood by the local inertial equations",
    title_zh="城市内涝与河道洪水（局部惯性二维模型）",
    inputs=(
        Quantity(name="cell_size", title="网格边长", unit="m", low=0.1, high=1000.0),
        Quantity(name="duration", title="模拟时长", unit="s", low=1.0, high=30 * 86_400.0),
        Quantity(
            name="roughness", title="糙率", unit="s m^(-1/3)", low=0.005, high=0.5, default=0.03
        ),
        Quantity(name="depth", title="初始水深", unit="m", low=0.0, high=200.0, default=0.0),
        Quantity(name="rain", title="雨强", unit="m/s", low=0.0, high=2e-4),
        Quantity(
            name="infiltration", title="下渗能力", unit="m/s", low=0.0, high=1e-3, default=0.0
        ),
        Quantity(name="drain", title="雨水口排水能力", unit="m/s", low=0.0, high=1e-2, default=0.0),
        Quantity(name="theta", title="权重 θ", unit="1", low=0.5, high=1.0, default=0.8),
        Quantity(name="courant", title="时间步系数 α", unit="1", low=0.05, high=0.9, default=0.7),
    ),
    outputs=(
        Quantity(name="depth", title="水深", unit="m", low=0.0),
        Quantity(name="speed", title="流速", unit="m/s", low=0.0),
        Quantity(name="arrival", title="到达时间", unit="s", low=0.0),
        Quantity(name="rating", title="危险度", unit="m2/s", low=0.0),
    ),
    references=(
        (
            "Bates, P. D., Horritt, M. S., Fewtrell, T. J. (2010) A simple inertial formulation of"
            " the shallow water equations, doi:10.1016/j.jhydrol.2010.03.027"
        ),
        (
            "de Almeida, G. A. M. et al. (2012) Improving the stability of a simple formulation of"
            " the shallow water equations, doi:10.1029/2011WR011570"
        ),
        (
            "Hunter, N. M. et al. (2005) An adaptive time step solution for raster-based storage"
            " cell modelling, doi:10.1016/j.advwatres.2005.03.007"
        ),
    ),
    limits=(
        "只用于缓变、亚临界水流；溃坝、陡坡急流用完整浅水模型",
        "建筑物须抬高地面或提高糙率；1 mm 以下薄层不流动",
        "雨水口按能力扣除，不算管网回水；需要管网时另用 SWMM",
        "结果不优于地形数据：网格大于街宽时只看范围，不看水深",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflow:
    """Water that enters at cells: a river, a breach, a burst main.

    Parameters
    ----------
    cells : ndarray
        Rows and columns, shape (n, 2); the water is shared equally. [-]
    hydrograph : Hydrograph
        Total discharge. [m3/s]
    """

    cells: NDArray[np.int64]
    hydrograph: Hydrograph


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """What a run gives.

    Parameters
    ----------
    depth : ndarray
        At the end. [m]
    largest_depth, largest_speed, largest_rating : ndarray
        Over the run, speed and rating where it is at least the wet depth. [m, m/s, m2/s]
    arrival : ndarray
        When the wet depth is first reached; inf where never. [s]
    time_wet : ndarray
        How long the wet depth is exceeded. [s]
    rain, inflow, infiltrated, drained, outflow, stored_before, stored_after : float
        Volumes. [m3]
    steps : int
        Number of steps. [1]
    kept : tuple of ndarray
        Depth at the times that were asked for. [m]
    """

    depth: NDArray[np.float64]
    largest_depth: NDArray[np.float64]
    largest_speed: NDArray[np.float64]
    largest_rating: NDArray[np.float64]
    arrival: NDArray[np.float64]
    time_wet: NDArray[np.float64]
    rain: float
    inflow: float
    infiltrated: float
    drained: float
    outflow: float
    stored_before: float
    stored_after: float
    steps: int
    kept: tuple[NDArray[np.float64], ...] = ()

    @property
    def balance_error(self) -> float:
        """Water made (+) or lost (-), as a share of all that was there or came."""
        came = self.stored_before + self.rain + self.inflow
        left = self.stored_after + self.infiltrated + self.drained + self.outflow
        return (left - came) / came if came > 0 else 0.0


def simulate_flood(
    elevation: ArrayLike,
    *,
    cell_size: float,
    duration: float,
    depth: ArrayLike = 0.0,
    roughness: ArrayLike = 0.03,
    rain: Hydrograph | float = 0.0,
    rain_pattern: ArrayLike = 1.0,
    inflows: Sequence[Inflow] = (),
    infiltration: ArrayLike = 0.0,
    drain: ArrayLike = 0.0,
    edge_slope: float | None = None,
    theta: float = 0.8,
    courant: float = 0.7,
    largest_step: float = 10.0,
    record_every: float = 60.0,
    wet_depth: float = 0.05,
    keep_at: ArrayLike = (),
    precision: str = "double",
    device: str = "cpu",
) -> Flood:
    """Return the flood that rain and inflow make on a terrain.

    Parameters
    ----------
    elevation : array_like
        Ground, shape (rows, columns), at least 2 x 2. [m]
    cell_size : float
        Side of a cell, 0.1 to 1000. [m]
    duration : float
        Time to simulate. [s]
    depth : array_like
        Water at the start. [m]
    roughness : array_like
        Manning's n, 0.005 to 0.5; 0.1 to 0.3 for a film of rain on grass. [s m^(-1/3)]
    rain : Hydrograph or float
        Intensity in time, at most 2e-4; 60 mm/h is 1.667e-5. [m/s]
    rain_pattern : array_like
        Factor of the rain by cell. [1]
    inflows : sequence of Inflow
        Rivers, breaches. [-]
    infiltration : array_like
        Capacity of the ground. [m/s]
    drain : array_like
        Capacity of street inlets over the area of the cell. [m/s]
    edge_slope : float or None
        Slope by which water leaves over the edges as uniform flow; None for walls. [m/m]
    theta : float
        Weight of the face itself, 0.5 to 1; 1 is the scheme of 2010. [1]
    courant : float
        alpha, 0.05 to 0.9. [1]
    largest_step : float
        No step is longer. [s]
    record_every : float
        Interval of the maxima. [s]
    wet_depth : float
        Depth from which a place counts as flooded. [m]
    keep_at : array_like
        Rising times at which the depth is kept, up to the duration. [s]
    precision : str
        `double` or `single` (half the memory, about twice as fast). [-]
    device : str
        `cpu`, or `cuda` for a graphics card. [-]

    Returns
    -------
    Flood
        Depths, maxima, times and the volumes of the balance.

    Raises
    ------
    ValueError
        If an argument is out of range or does not fit the grid.
    CudaUnavailableError
        If there is no graphics card to work on, or its software is missing.

    Examples
    --------
    36 mm of rain on level ground without an outlet:

    >>> flood = simulate_flood(np.zeros((4, 4)), cell_size=10, duration=3600, rain=1e-5)
    >>> round(float(flood.depth.mean()), 6)
    0.036
    """
    CARD.check(cell_size=cell_size, duration=duration, theta=theta, courant=courant)
    CARD.check(depth=depth, roughness=roughness, infiltration=infiltration, drain=drain)
    if precision not in PRECISIONS:
        raise ValueError(f"precision must be one of double, single, got {precision!r}")
    device_of(device)
    kind = PRECISIONS[precision]
    ground = finite(elevation, name="elevation", unit="m")
    if ground.ndim != 2 or min(ground.shape) < 2:
        raise ValueError(f"elevation must be at least 2 x 2, got shape {ground.shape}")
    shape = ground.shape
    falls = (
        rain
        if isinstance(rain, Hydrograph)
        else steady(float(not_negative(rain, name="rain", unit="m/s")))
    )
    CARD.check(rain=falls.values)
    longest = float(positive(largest_step, name="largest_step", unit="s"))
    every = float(positive(record_every, name="record_every", unit="s"))
    deep = float(positive(wet_depth, name="wet_depth", unit="m"))
    moments = [float(t) for t in positive(np.atleast_1d(keep_at), name="keep_at", unit="s")]
    if moments != sorted(set(moments)) or (moments and moments[-1] > duration * (1.0 + 1e-9)):
        raise ValueError(f"keep_at must rise up to the duration {duration!r} s, got {keep_at!r}")
    edge = -1.0
    if edge_slope is not None:
        edge = math.sqrt(float(not_negative(edge_slope, name="edge_slope", unit="m/m")))

    def grid(values: ArrayLike, name: str) -> NDArray[np.float64]:
        return _fit(not_negative(values, name=name, unit=""), shape, name).astype(kind)

    h = np.array(np.broadcast_to(np.asarray(depth, float), shape), dtype=kind, order="C")
    z = np.array(ground - ground.min(), dtype=kind, order="C")  # a local datum keeps digits
    n2 = np.array(np.broadcast_to(np.asarray(roughness, float) ** 2, shape), dtype=kind, order="C")
    pattern = grid(rain_pattern, "rain_pattern")
    soak, gully = grid(infiltration, "infiltration"), grid(drain, "drain")
    sources = [_inside(flow, shape) for flow in inflows]

    site = Site(
        bed=z, roughness2=n2, pattern=pattern, infiltration=soak, drain=gully,
        cell_size=cell_size, theta=theta, edge=edge, wet_depth=deep,
    )  # fmt: skip
    area = cell_size**2
    mean_pattern = float(np.broadcast_to(pattern, shape).mean(dtype=np.float64))
    before = float(h.sum(dtype=np.float64)) * area
    fell = came = now = recorded = 0.0
    steps = 0
    kept: list[NDArray[np.float64]] = []
    with threads_for(h.size) as team:
        state: OnProcessor | OnCard = (
            OnProcessor(site, h, team) if device == "cpu" else on_card("inertial")(site, h)
        )
        state.record(0.0, 0.0)
        while now < duration * (1.0 - 1e-12):
            step = courant * cell_size / math.sqrt(GRAVITY * max(state.deepest(), 10.0 * THIN))
            ahead = moments[len(kept)] if len(kept) < len(moments) else duration
            step = min(step, longest, min(ahead, duration) - now)
            rained = falls.between(now, now + step)
            state.advance(step, rained)
            for cells, hydrograph in sources:
                volume = hydrograph.between(now, now + step)
                came += volume
                state.pour(cells, volume / (area * len(cells)))
            fell += rained * mean_pattern * area * h.size
            now += step
            steps += 1
            if now - recorded >= every or now >= duration * (1.0 - 1e-12):
                state.record(now - recorded, now)
                recorded = now
            if now >= ahead * (1.0 - 1e-12) and len(kept) < len(moments):
                kept.append(state.depth())
    end = state.depth()
    infiltrated, drained, left = state.left()
    most, fastest, rating, arrival, soaked = state.maxima()
    return Flood(
        depth=end,
        largest_depth=most,
        largest_speed=fastest,
        largest_rating=rating,
        arrival=arrival,
        time_wet=soaked,
        rain=fell,
        inflow=came,
        infiltrated=infiltrated,
        drained=drained,
        outflow=left,
        stored_before=before,
        stored_after=float(end.sum()) * area,
        steps=steps,
        kept=tuple(kept),
    )


def _fit(values: NDArray[np.float64], shape: tuple[int, ...], name: str) -> NDArray[np.float64]:
    """Return a constant as (1, 1), anything else on the grid."""
    if values.size == 1:
        return np.ascontiguousarray(values.reshape(1, 1))
    if values.shape != shape:
        raise ValueError(f"{name} must be a number or have shape {shape}, got {values.shape}")
    return np.ascontiguousarray(values)


def _inside(flow: Inflow, shape: tuple[int, ...]) -> tuple[NDArray[np.int64], Hydrograph]:
    cells = np.atleast_2d(np.asarray(flow.cells, dtype=np.int64))
    if cells.shape[1] != 2 or not np.all((cells >= 0) & (cells < np.array(shape))):
        raise ValueError(f"cells of an inflow must lie in the grid {shape}, got {flow.cells!r}")
    return cells, flow.hydrograph
