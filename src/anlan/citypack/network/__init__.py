"""A plausible synthetic road network for a real city: marked so wherever it is shown.

Junctions stand where people live (`junctions`), neighbours are joined and rivers are crossed at few
bridges (`streets`), through roads get their class from the routes between towns (`hierarchy`), and
motorways are laid over it all (`motorways`). `synthesise_roads` does the four in turn.
"""

from anlan.citypack.network.synthesis import synthesise_roads

__all__ = ["synthesise_roads"]
