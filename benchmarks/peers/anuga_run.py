"""ANUGA, second order (DE1), on Thacker's bowl or Stoker's dam break (Apache-2.0)."""

import time
from importlib.metadata import version

import anuga
import numpy as np
from loop import case, serve

given = case()
G, side, cells = 9.80665, given["length"], given["cells"]
last = {}


def bowl(x, y):
    return 0.1 * ((x - 2.0) ** 2 + (y - 2.0) ** 2 - 1.0)


def level(x, y):
    return np.maximum(bowl(x, y), 0.05 * (2.0 * (x - 2.0) - 0.5))


def make():
    if given["name"] == "thacker":
        domain = anuga.rectangular_cross_domain(cells, cells, len1=side, len2=side)
    else:
        domain = anuga.rectangular_cross_domain(cells, 4, len1=side, len2=4 * side / cells)
    domain.set_flow_algorithm("DE1")
    domain.set_minimum_allowed_height(given["thin"])
    domain.g = G
    domain.store = False
    domain.set_quantities_to_be_stored(None)
    domain.set_quantity("friction", 0.0)
    if given["name"] == "thacker":
        domain.set_quantity("elevation", bowl, location="centroids")
        domain.set_quantity("stage", level, location="centroids")
        x, y = domain.centroid_coordinates.T
        depth = np.maximum(level(x, y) - bowl(x, y), 0.0)
        turn = np.sqrt(2.0 * G * 0.1)
        domain.quantities["ymomentum"].centroid_values[:] = depth * 0.5 * turn
    else:
        domain.set_quantity("elevation", 0.0)
        domain.set_quantity(
            "stage", lambda x, _y: np.where(x < side / 2, given["deep"], given["shallow"]),
            location="centroids",
        )  # fmt: skip
    wall = anuga.Reflective_boundary(domain)
    domain.set_boundary(dict.fromkeys(("left", "right", "top", "bottom"), wall))
    return domain


def run():
    domain = make()
    start = time.process_time()
    for _ in domain.evolve(yieldstep=given["seconds"], finaltime=given["seconds"]):
        pass
    spent = time.process_time() - start
    last["domain"] = domain
    return float(spent)


def answer():
    domain = last["domain"]
    x, y = domain.centroid_coordinates.T
    stage = domain.quantities["stage"].centroid_values
    depth = stage - domain.quantities["elevation"].centroid_values
    return {
        "x": x.tolist(), "y": y.tolist(), "depth": depth.tolist(), "area": domain.areas.tolist(),
        "elements": len(domain), "steps": int(getattr(domain, "number_of_steps", 0)),
    }  # fmt: skip


serve(run, answer, program="anuga " + version("anuga"))
