r"""Full shallow water equations on a raster: dam, dike and tailings-dam breaks.

.. math:: \partial_t h + \nabla\cdot(h\mathbf u) = r, \qquad
   \partial_t (h\mathbf u) + \nabla\cdot(h\mathbf u\otimes\mathbf u + \tfrac12 g h^2 I)
   = -g h \nabla z - g h \mathbf S_f

Finite volumes of second order: level, depth and velocity reconstructed with the generalised
minmod (MUSCL; theta = 1.5, and 1 for a fluid with a yield stress), so that each value on a face
lies between those of the two cells; the bed in between by hydrostatic reconstruction (Audusse et
al. 2004), so that a lake stays at rest over any ground; HLLC flux; Heun's two stages. Friction is
implicit:
:math:`S_f = n^2 |u| u / h^{4/3}`. Tailings have a yield stress, a consistency K and a flow index
m besides (Herschel and Bulkley; Bingham for m = 1, where K is the viscosity):

.. math:: S_f = \frac{n^2 |u| u}{h^{4/3}} + \frac{1}{\rho g h}\left[\tau_y
   + K \left(\frac{2m + 1}{m}\,\frac{|u|}{h}\right)^m\right]

the sum of the parts that are exact for each alone. Between two cells at rest nothing moves while
:math:`\rho g h |\nabla\eta| \le \tau_y`: a deposit stays exactly where it is, as in nature, up
to :math:`h = \tau_y / (\rho g \tan\theta)` on a slope. SI units.

With `device="cuda"` the same equations run for water on a graphics card (`pip install
'anlan[gpu]'`); results are the same within round-off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import finite, not_negative, positive
from anlan.science.common.constants import GRAVITY
from anlan.science.flood.device import device_of, on_card
from anlan.science.flood.shallow_kernel import DRY
from anlan.science.flood.shallow_state import OnProcessor, Valley
from anlan.science.flood.threads import threads_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from anlan.science.flood.inertial import Inflow
    from anlan.science.flood.shallow_cuda import OnCard

__all__ = ["CARD", "DamBreak", "ShallowFlow", "dam_break_exact", "simulate_shallow"]

THETA = 1.5
"""Of the limiter, for water: between minmod (1), which smears most, and 2, which is steepest. [1]"""

THETA_AT_REST = 1.0
"""The same where a yield stress holds: with more, a heap does not wholly come to rest. [1]"""

CARD = ModelCard(
    key="flood.shallow",
    version=3,
    title="Full shallow water equations, second order",
    title_zh="溃坝洪水（完整二维浅水方程，二阶）",
    inputs=(
        Quantity(name="cell_size", title="网格边长", unit="m", low=1e-3, high=1000.0),
        Quantity(name="duration", title="模拟时长", unit="s", low=1e-3, high=10 * 86_400.0),
        Quantity(
            name="roughness", title="糙率", unit="s m^(-1/3)", low=0.0, high=0.5, default=0.03
        ),
        Quantity(name="depth", title="初始水深", unit="m", low=0.0, high=500.0),
        Quantity(name="rain", title="雨强", unit="m/s", low=0.0, high=2e-4, default=0.0),
        Quantity(
            name="yield_stress", title="屈服应力（尾砂）", unit="Pa", low=0.0, high=5e3, default=0.0
        ),
        Quantity(
            name="consistency",
            title="稠度系数（宾汉粘度）",
            unit="Pa s^m",
            low=0.0,
            high=1e4,
            default=0.0,
        ),
        Quantity(name="flow_index", title="流性指数 m", unit="1", low=0.1, high=2.0, default=1.0),
        Quantity(
            name="density", title="密度", unit="kg/m3", low=900.0, high=2500.0, default=1000.0
        ),
        Quantity(name="courant", title="柯朗数", unit="1", low=0.05, high=0.5, default=0.4),
    ),
    outputs=(
        Quantity(name="depth", title="水深", unit="m", low=0.0),
        Quantity(name="speed", title="流速", unit="m/s", low=0.0),
        Quantity(name="arrival", title="到达时间", unit="s", low=0.0),
    ),
    references=(
        (
            "Audusse, E. et al. (2004) A fast and stable well-balanced scheme with hydrostatic"
            " reconstruction for shallow water flows, doi:10.1137/S1064827503431090"
        ),
        "Toro, E. F. (2001) Shock-capturing methods for free-surface shallow flows, Wiley",
        (
            "Kurganov, A., Tadmor, E. (2000) New high-resolution central schemes for nonlinear"
            " conservation laws and convection-diffusion equations, doi:10.1006/jcph.2000.6459"
        ),
        (
            "Delestre, O. et al. (2013) SWASHES: a compilation of shallow water analytic solutions,"
            " doi:10.1002/fld.3741"
        ),
        (
            "Mei, C. C., Yuhi, M. (2001) Slow flow of a Bingham fluid in a shallow channel of finite"
            " width, J. Fluid Mech. 431（层流与屈服项，待核对）"
        ),
        (
            "Thacker, W. C. (1981) Some exact solutions to the nonlinear shallow-water wave"
            " equations, doi:10.1017/S0022112081001882"
        ),
    ),
    limits=(
        "陡坡上的薄水层（水深小于相邻网格高差）流得偏慢",
        "不计冲刷、淤积和溃口发展：溃口流量过程线由使用者给出",
        "尾砂的屈服应力、稠度须由试验确定；清水会高估流程",
        "屈服项按水平深度与 tanθ 计：坡度大于约 15° 时静止厚度偏大",
        "每步计算量约为局部惯性模型的十倍：缓变洪水用后者",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShallowFlow:
    """What a run gives.

    Parameters
    ----------
    depth : ndarray
        At the end. [m]
    discharge_x, discharge_y : ndarray
        Per width, along the columns' index and the rows' index. [m2/s]
    largest_depth, largest_speed, largest_rating : ndarray
        Over the run; speed and rating where it is at least the wet depth. [m, m/s, m2/s]
    arrival : ndarray
        When the wet depth is first reached; inf where never. [s]
    time_wet : ndarray
        How long the wet depth is exceeded. [s]
    stored_before, stored_after, came : float
        Volumes at the start and the end, of rain and inflow. [m3]
    steps : int
        Number of steps. [1]
    """

    depth: NDArray[np.float64]
    discharge_x: NDArray[np.float64]
    discharge_y: NDArray[np.float64]
    largest_depth: NDArray[np.float64]
    largest_speed: NDArray[np.float64]
    largest_rating: NDArray[np.float64]
    arrival: NDArray[np.float64]
    time_wet: NDArray[np.float64]
    stored_before: float
    stored_after: float
    came: float
    steps: int

    @property
    def balance_error(self) -> float:
        """Water made (+) or lost (-) inside closed edges, as a share of all."""
        there = self.stored_before + self.came
        return (self.stored_after - there) / there if there > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DamBreak:
    """The exact solution of a dam break on a flat, smooth bed.

    Parameters
    ----------
    depth, speed : ndarray
        At the places asked for. [m, m/s]
    rarefaction_tail, rarefaction_head, front : float
        Where the wave has its upper end, its lower end, and its front (shock). [m]
    middle_depth, middle_speed : float
        Between rarefaction and shock; 0 on a dry bed. [m, m/s]
    """

    depth: NDArray[np.float64]
    speed: NDArray[np.float64]
    rarefaction_tail: float
    rarefaction_head: float
    front: float
    middle_depth: float
    middle_speed: float


def simulate_shallow(
    elevation: ArrayLike,
    *,
    cell_size: float,
    duration: float,
    depth: ArrayLike,
    roughness: ArrayLike = 0.03,
    discharge_x: ArrayLike = 0.0,
    discharge_y: ArrayLike = 0.0,
    rain: float = 0.0,
    inflows: Sequence[Inflow] = (),
    yield_stress: float = 0.0,
    consistency: float = 0.0,
    flow_index: float = 1.0,
    density: float = 1000.0,
    open_edges: bool = False,
    courant: float = 0.4,
    largest_step: float = 60.0,
    wet_depth: float = 0.05,
    device: str = "cpu",
) -> ShallowFlow:
    """Return the flow of water, or of tailings, over a terrain.

    Parameters
    ----------
    elevation : array_like
        Ground, shape (rows, columns), at least 2 x 2. [m]
    cell_size : float
        Side of a cell. [m]
    duration : float
        Time to simulate. [s]
    depth : array_like
        Water at the start: the reservoir. [m]
    roughness : array_like
        Manning's n, 0 to 0.5. [s m^(-1/3)]
    discharge_x, discharge_y : array_like
        Discharge per width at the start. [m2/s]
    rain : float
        Steady rain, at most 2e-4. [m/s]
    inflows : sequence of Inflow
        Breach hydrographs and rivers. [-]
    yield_stress : float
        Of tailings, 0 for water. [Pa]
    consistency : float
        K of Herschel and Bulkley; the viscosity for a flow index of 1. [Pa s^m]
    flow_index : float
        m of Herschel and Bulkley, 0.1 to 2. [1]
    density : float
        Of the fluid. [kg/m3]
    open_edges : bool
        Whether water falls freely over all four edges; else they are walls, which a strip that
        stands for a channel needs along its sides. [-]
    courant : float
        0.05 to 0.5. [1]
    largest_step : float
        No step is longer. [s]
    wet_depth : float
        Depth from which a place counts as flooded. [m]
    device : str
        Where to work it out: "cpu", or "cuda" for water on a graphics card. [-]

    Returns
    -------
    ShallowFlow
        Depths, maxima and times.

    Raises
    ------
    ValueError
        If an argument is out of range or does not fit the grid.
    CudaUnavailableError
        If there is no graphics card to work on, or its software is missing.

    Examples
    --------
    Nothing happens in a level pond:

    >>> flow = simulate_shallow(np.zeros((4, 4)), cell_size=1, duration=10, depth=1.0)
    >>> float(abs(flow.discharge_x).max())
    0.0
    """
    CARD.check(cell_size=cell_size, duration=duration, depth=depth, roughness=roughness)
    CARD.check(rain=rain, yield_stress=yield_stress, density=density, courant=courant)
    CARD.check(consistency=consistency, flow_index=flow_index)
    if device_of(device) == "cuda" and (yield_stress > 0 or consistency > 0):
        raise ValueError(
            "device 'cuda' takes water only: yield_stress and consistency must be 0, got"
            f" {yield_stress!r} Pa and {consistency!r} Pa s^m; use device 'cpu'"
        )
    z = np.array(finite(elevation, name="elevation", unit="m"), order="C")
    if z.ndim != 2 or min(z.shape) < 2:
        raise ValueError(f"elevation must be at least 2 x 2, got shape {z.shape}")
    longest = float(positive(largest_step, name="largest_step", unit="s"))
    deep = float(positive(wet_depth, name="wet_depth", unit="m"))

    def grid(values: ArrayLike, name: str) -> NDArray[np.float64]:
        array = finite(values, name=name, unit="")
        if array.size > 1 and array.shape != z.shape:
            raise ValueError(f"{name} must be a number or have shape {z.shape}, got {array.shape}")
        return np.array(np.broadcast_to(array, z.shape), order="C")

    n2 = grid(roughness, "roughness") ** 2
    state = np.stack(
        [
            grid(depth, "depth"),
            grid(discharge_x, "discharge_x"),
            grid(discharge_y, "discharge_y"),
        ]
    )
    entries = []
    for inflow in inflows:
        cells = np.atleast_2d(np.asarray(inflow.cells, dtype=np.int64))
        if cells.shape[1] != 2 or not np.all((cells >= 0) & (cells < np.array(z.shape))):
            raise ValueError(f"cells of an inflow must lie in the grid {z.shape}")
        entries.append((cells, inflow.hydrograph))

    area = cell_size**2
    before = float(state[0].sum()) * area
    came, now, steps = 0.0, 0.0, 0
    valley = Valley(
        bed=z,
        roughness2=n2,
        cell_size=cell_size,
        fluid=(yield_stress / density, consistency / density, float(flow_index)),
        theta=THETA_AT_REST if yield_stress > 0 else THETA,
        open_edges=open_edges,
        wet_depth=deep,
    )
    with threads_for(z.size) as team:
        run: OnProcessor | OnCard = (
            OnProcessor(valley, state, team)
            if device == "cpu"
            else on_card("shallow")(valley, state)
        )
        while now < duration * (1.0 - 1e-12):
            step = courant * cell_size / max(run.fastest(), 1e-6)
            step = min(step, longest, duration - now)
            run.advance(step)
            for cells, hydrograph in entries:
                volume = hydrograph.between(now, now + step)
                came += volume
                run.pour(cells, volume / (area * len(cells)))
            came += rain * step * area * z.size
            now += step
            steps += 1
            run.settle(rain * step, step, now)
        state, kept = run.now(), run.maxima()
    return ShallowFlow(
        depth=state[0],
        discharge_x=state[1],
        discharge_y=state[2],
        largest_depth=kept[0],
        largest_speed=kept[1],
        largest_rating=kept[2],
        arrival=kept[3],
        time_wet=kept[4],
        stored_before=before,
        stored_after=float(state[0].sum()) * area,
        came=came,
        steps=steps,
    )


def dam_break_exact(
    x: ArrayLike, time: float, *, upstream: float, downstream: float, dam: float = 0.0
) -> DamBreak:
    """Return the exact dam break of Stoker (wet bed) or Ritter (dry bed).

    Parameters
    ----------
    x : array_like
        Places. [m]
    time : float
        Since the dam vanished, > 0. [s]
    upstream, downstream : float
        Depths, upstream > downstream >= 0. [m]
    dam : float
        Where the dam stood. [m]

    Returns
    -------
    DamBreak
        Depth and speed at x.

    Examples
    --------
    SWASHES: 5 mm over 1 mm, after 6 s.

    >>> found = dam_break_exact([5.0], 6.0, upstream=0.005, downstream=0.001, dam=5.0)
    >>> round(found.middle_depth, 6), round(found.front, 2)
    (0.002539, 6.26)
    """
    t = float(positive(time, name="time", unit="s"))
    hl = float(positive(upstream, name="upstream", unit="m"))
    hr = float(not_negative(downstream, name="downstream", unit="m"))
    if not hl > hr:
        raise ValueError(f"upstream must be > downstream {hr!r} m, got {upstream!r}")
    places = finite(x, name="x", unit="m")
    dam = float(finite(dam, name="dam", unit="m"))
    cl = float(np.sqrt(GRAVITY * hl))
    tail = dam - t * cl
    fan = 4.0 / (9.0 * GRAVITY) * (cl - (places - dam) / (2.0 * t)) ** 2
    fan_speed = 2.0 / 3.0 * ((places - dam) / t + cl)
    if hr <= DRY * 1e-6:
        front = dam + 2.0 * t * cl
        inside = (places > tail) & (places <= front)
        return DamBreak(
            depth=np.where(places <= tail, hl, np.where(inside, fan, 0.0)),
            speed=np.where(inside, fan_speed, 0.0),
            rarefaction_tail=tail,
            rarefaction_head=front,
            front=front,
            middle_depth=0.0,
            middle_speed=0.0,
        )
    low, high = hr, hl
    for _ in range(200):
        hm = 0.5 * (low + high)
        jump = (hm - hr) * np.sqrt(0.5 * GRAVITY * (hm + hr) / (hm * hr))
        low, high = (hm, high) if jump < 2.0 * (cl - np.sqrt(GRAVITY * hm)) else (low, hm)
    cm = float(np.sqrt(GRAVITY * hm))
    um = 2.0 * (cl - cm)
    head, front = dam + t * (um - cm), dam + t * um * hm / (hm - hr)
    in_fan, behind = places <= head, places <= front
    return DamBreak(
        depth=np.where(places <= tail, hl, np.where(in_fan, fan, np.where(behind, hm, hr))),
        speed=np.where(places <= tail, 0.0, np.where(in_fan, fan_speed, np.where(behind, um, 0.0))),
        rarefaction_tail=tail,
        rarefaction_head=head,
        front=front,
        middle_depth=hm,
        middle_speed=um,
    )
