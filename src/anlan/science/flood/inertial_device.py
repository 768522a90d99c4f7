"""Where a run of the local inertial model is worked out: on the processor or on a graphics card."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from anlan.science.flood.inertial_state import OnProcessor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.science.flood.inertial_cuda import OnCard
    from anlan.science.flood.inertial_state import Site
    from anlan.science.flood.threads import Team

__all__ = ["DEVICES", "CudaUnavailableError", "cuda_missing", "state_on"]

DEVICES = ("cpu", "cuda")


class CudaUnavailableError(RuntimeError):
    """There is no graphics card to work on, or its software is missing."""


def cuda_missing() -> str:
    """Return why nothing can run on a graphics card here; empty where it can."""
    try:
        cuda = importlib.import_module("numba.cuda")
    except ImportError as error:
        return f"numba.cuda cannot be loaded ({error}): pip install 'anlan[gpu]'"
    if not cuda.is_available():
        return "no CUDA device; it needs an NVIDIA card, its driver, and pip install 'anlan[gpu]'"
    return ""


def state_on(device: str, site: Site, depth: NDArray[Any], team: Team) -> OnProcessor | OnCard:
    """Return a run on the processor or on a graphics card.

    Parameters
    ----------
    device : str
        One of `DEVICES`. [-]
    site : Site
        The terrain. [-]
    depth : ndarray
        Water at the start, in the precision of the run; changed. [m]
    team : Team
        Threads to work with on the processor. [-]

    Raises
    ------
    CudaUnavailableError
        If there is no graphics card to work on, or its software is missing.
    """
    if device != "cuda":
        return OnProcessor(site, depth, team)
    if reason := cuda_missing():
        raise CudaUnavailableError(f"device 'cuda' cannot be used: {reason}")
    card: OnCard = importlib.import_module("anlan.science.flood.inertial_cuda").OnCard(site, depth)
    return card
