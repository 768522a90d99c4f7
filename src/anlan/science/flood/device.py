"""Where a run of a flood model is worked out: on the processor or on a graphics card."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["DEVICES", "CudaUnavailableError", "cuda_missing", "device_of", "on_card"]

DEVICES = ("cpu", "cuda")


class CudaUnavailableError(RuntimeError):
    """There is no graphics card to work on, or its software is missing."""


def device_of(name: str) -> str:
    """Return the device of that name.

    Parameters
    ----------
    name : str
        One of `DEVICES`. [-]

    Raises
    ------
    ValueError
        If there is none of that name.
    CudaUnavailableError
        If there is no graphics card to work on, or its software is missing.
    """
    if name not in DEVICES:
        raise ValueError(f"device must be one of {', '.join(DEVICES)}, got {name!r}")
    if name == "cuda" and (reason := cuda_missing()):
        raise CudaUnavailableError(f"device 'cuda' cannot be used: {reason}")
    return name


def cuda_missing() -> str:
    """Return why nothing can run on a graphics card here; empty where it can."""
    try:
        cuda = importlib.import_module("numba.cuda")
    except ImportError as error:
        return f"numba.cuda cannot be loaded ({error}): pip install 'anlan[gpu]'"
    if not cuda.is_available():
        return "no CUDA device; it needs an NVIDIA card, its driver, and pip install 'anlan[gpu]'"
    return ""


def on_card(model: str) -> Any:
    """Return the class `OnCard` of a model, loaded only where it is used.

    Parameters
    ----------
    model : str
        The first word of its module: inertial or shallow. [-]
    """
    return importlib.import_module(f"anlan.science.flood.{model}_cuda").OnCard
