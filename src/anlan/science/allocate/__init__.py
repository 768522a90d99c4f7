"""Who sends what to whom: transport at least cost, with the shortage as part of the answer."""

from anlan.science.allocate.transport import Allocation, allocate

__all__ = ["Allocation", "allocate"]
