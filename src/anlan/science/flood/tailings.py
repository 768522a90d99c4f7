r"""Breach of a tailings dam: how much runs out, how far, how fast; regressions side by side.

V the stored and V_F the released volume in 10^6 m3, H the height of the dam in m, D the run-out in
km, Q the peak in m3/s:

.. math:: V_F = 0.354\,V^{1.01}, \quad D = 1.61\,(H V_F)^{0.66}, \quad Q = 325\,(H V_F)^{0.42}

(Rico et al. 2008), and, with :math:`H_f = H\,(V_F/V)\,V_F`,

.. math:: V_F = 0.332\,V^{0.95}, \qquad D = 3.04\,H_f^{0.545}

(Concha Larrauri and Lall 2018). The ranges are 90 % of the regression's scatter. For the area that is
covered run `simulate_shallow` with a yield stress. In and out of the functions: m, m3, m3/s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.refusal import RefusalError, received
from anlan.science.flood.breach import triangular_hydrograph

if TYPE_CHECKING:
    from anlan.science.flood.hydrograph import Hydrograph

__all__ = ["CARD", "TailingsEstimate", "tailings_estimates", "tailings_hydrograph"]

Z90 = 1.6448536269514722
MILLION = 1e6

CARD = ModelCard(
    key="flood.tailings",
    version=1,
    title="Breach of a tailings dam: volume, run-out, peak",
    title_zh="尾矿库溃坝（溃泄量、流动距离、洪峰）",
    inputs=(
        Quantity(name="volume", title="尾矿库总库容", unit="m3", low=1e4, high=5e8),
        Quantity(name="height", title="坝高", unit="m", low=2.0, high=200.0),
        Quantity(name="released", title="溃泄量", unit="m3", low=1e2, high=5e8),
    ),
    outputs=(
        Quantity(name="released", title="溃泄量", unit="m3", low=0.0),
        Quantity(name="runout", title="流动距离", unit="m", low=0.0),
        Quantity(name="peak", title="洪峰流量", unit="m3/s", low=0.0),
    ),
    references=(
        (
            "Rico, M., Benito, G., Díez-Herrero, A. (2008) Floods from tailings dam failures,"
            " J. Hazard. Mater. 154, 79-87, doi:10.1016/j.jhazmat.2007.09.110（DOI 未核对）"
        ),
        (
            "Concha Larrauri, P., Lall, U. (2018) Tailings dams failures: updated statistical model for"
            " discharge volume and runout, Environments 5(2), 28, doi:10.3390/environments5020028"
        ),
    ),
    limits=(
        "回归样本离散达数倍：只用于划定搜索与撤离范围，不作设计",
        "流动距离还取决于沟道坡度和是否入河：有地形时用完整浅水模型加屈服应力",
        "干堆、膏体尾矿与含水尾矿差别很大，样本以含水尾矿为主",
    ),
    unconfirmed=("两组回归的系数与标准差凭记忆录入，尚未对照原文表格",),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TailingsEstimate:
    """What one publication says.

    Parameters
    ----------
    relation : str
        Author and year. [-]
    released, released_low, released_high : float
        Volume that runs out, with 90 % of the scatter; never more than is stored. [m3]
    runout, runout_low, runout_high : float
        How far it runs, with 90 % of the scatter. [m]
    peak : float or None
        Largest outflow, where the publication has one. [m3/s]
    """

    relation: str
    released: float
    released_low: float
    released_high: float
    runout: float
    runout_low: float
    runout_high: float
    peak: float | None


def tailings_estimates(
    volume: float, height: float, *, released: float | None = None
) -> tuple[TailingsEstimate, ...]:
    """Return volume, run-out and peak by each publication.

    Parameters
    ----------
    volume : float
        Stored, 1e4 to 5e8. [m3]
    height : float
        Of the dam at the time of failure, 2 to 200. [m]
    released : float or None
        What ran out, if it is known; else it is estimated. [m3]

    Returns
    -------
    tuple of TailingsEstimate
        Rico et al. 2008, Concha Larrauri and Lall 2018.

    Raises
    ------
    ValueError
        If a value is out of range, or more ran out than was stored.

    Examples
    --------
    >>> for found in tailings_estimates(1.2e7, 86.0):
    ...     print(f"{found.released / 1e6:.1f} {found.runout / 1000:.1f}")
    4.4 80.4
    3.5 35.0
    """
    CARD.check(volume=volume, height=height)
    if released is not None:
        CARD.check(released=released)
        if released > volume:
            raise RefusalError(
                f"released must be <= volume = {volume:g} m3, got {released!r}",
                zh=f"下泄量应不大于库容 {volume:g} m3{received(released)}",
            )
    found = []
    stored = volume / MILLION
    for name, law, scatter, run, run_scatter in (
        ("Rico 2008", 0.354 * stored**1.01, 0.33, _rico, 0.40),
        ("Concha Larrauri & Lall 2018", 0.332 * stored**0.95, 0.315, _larrauri, 0.40),
    ):
        out = min(law, stored) if released is None else released / MILLION
        spread = 10 ** (Z90 * scatter) if released is None else 1.0
        reach = run(height, out, stored)
        run_spread = 10 ** (Z90 * run_scatter)
        found.append(
            TailingsEstimate(
                relation=name,
                released=min(out * MILLION, volume),
                released_low=out / spread * MILLION,
                released_high=min(out * spread * MILLION, volume),
                runout=reach * 1000.0,
                runout_low=reach / run_spread * 1000.0,
                runout_high=reach * run_spread * 1000.0,
                peak=325.0 * (height * out) ** 0.42 if run is _rico else None,
            )
        )
    return tuple(found)


def _rico(height: float, out: float, stored: float) -> float:  # noqa: ARG001 (one signature)
    return float(1.61 * (height * out) ** 0.66)


def _larrauri(height: float, out: float, stored: float) -> float:
    return float(3.04 * (height * out / stored * out) ** 0.545)


def tailings_hydrograph(volume: float, height: float, *, released: float) -> Hydrograph:
    """Return the outflow in time: a triangle with the volume and the peak of Rico et al. 2008.

    Parameters
    ----------
    volume : float
        Stored. [m3]
    height : float
        Of the dam. [m]
    released : float
        What runs out. [m3]

    Returns
    -------
    Hydrograph
        Rises in a third of its length, see `triangular_hydrograph`.
    """
    estimate = tailings_estimates(volume, height, released=released)[0]
    peak = estimate.peak or 0.0
    return triangular_hydrograph(released, peak=peak, rise_time=2.0 * released / peak / 3.0)
