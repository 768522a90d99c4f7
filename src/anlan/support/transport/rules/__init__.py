"""Moving people and vehicles: closures, staging points, shelters. No Django here."""

from anlan.support.transport.rules.closures import Closure, Closures, close_roads
from anlan.support.transport.rules.shelters import (
    Demand,
    Shelter,
    ShelterPlan,
    ShelterShare,
    fill_shelters,
    gather_demand,
)
from anlan.support.transport.rules.staging import Staging, choose_staging

__all__ = [
    "Closure",
    "Closures",
    "Demand",
    "Shelter",
    "ShelterPlan",
    "ShelterShare",
    "Staging",
    "choose_staging",
    "close_roads",
    "fill_shelters",
    "gather_demand",
]
