"""Pyretechnics' level set: one fuel, level ground, steady wind (community licence)."""

from importlib.metadata import version

import numpy as np
import pyretechnics.eulerian_level_set as els
from loop import case, serve
from pyretechnics.space_time_cube import SpaceTimeCube

given = case()
n, cell, minutes = given["side"], given["cell_size"], given["minutes"]
shape = (max(1, int(minutes // 60)), n, n)
WEATHER = {
    "slope": 0.0, "aspect": 0.0, "fuel_model": 104, "canopy_cover": 0.0, "canopy_height": 0.0,
    "canopy_base_height": 0.0, "canopy_bulk_density": 0.0, "wind_speed_10m": 20.0,
    "upwind_direction": 180.0, "fuel_moisture_dead_1hr": 0.06, "fuel_moisture_dead_10hr": 0.07,
    "fuel_moisture_dead_100hr": 0.08, "fuel_moisture_live_herbaceous": 0.6,
    "fuel_moisture_live_woody": 0.9, "foliar_moisture": 0.9,
}  # fmt: skip
cubes = {name: SpaceTimeCube(shape, value) for name, value in WEATHER.items()}
last = {}


def run():
    state = els.SpreadState(shape).ignite_cell((n // 4, n // 2))
    last["found"] = els.spread_fire_with_phi_field(
        cubes, state, (60.0, cell, cell), start_time=0.0, max_duration=minutes
    )


def answer():
    found = last["found"]["spread_state"].get_full_matrices()
    times = np.asarray(found["time_of_arrival"])
    rates = np.asarray(found["spread_rate"])
    return {"times": times.tolist(), "fastest_m_min": float(rates.max())}


serve(run, answer, program="pyretechnics " + version("pyretechnics"))
