"""Burning gases as the jet and pipe models need them: properties and heat of combustion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from anlan.science.release.substances import find

if TYPE_CHECKING:
    from anlan.science.release.substances import Substance

__all__ = ["GASES", "Gas", "gas"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gas:
    """A gas that burns, with its heat of combustion in J/kg."""

    title: str
    substance: Substance
    heat_of_combustion: float


HEATS: Final = {
    "methane": ("天然气（甲烷）", "甲烷", 50.0e6),
    "propane": ("液化石油气（丙烷）", "丙烷", 46.3e6),
    "butane": ("丁烷", "正丁烷", 45.7e6),
    "ethylene": ("乙烯", "乙烯", 47.2e6),
    "propylene": ("丙烯", "丙烯", 45.8e6),
    "hydrogen": ("氢气", "氢", 120.0e6),
    "carbon_monoxide": ("煤气（一氧化碳）", "一氧化碳", 10.1e6),
}
"""Net heat of combustion, from memory after the SFPE Handbook, confidence M (待确认). [J/kg]"""

GASES: Final = {key: title for key, (title, _name, _heat) in HEATS.items()}
"""Choices for a form."""


def gas(key: str) -> Gas:
    """Return a gas of `GASES`."""
    title, name, heat = HEATS[key]
    return Gas(title=title, substance=find(name), heat_of_combustion=heat)
