"""OpenQuake's YuEtAl2013MsEastern, PGA and PGV (AGPL-3: run here, never imported by Anlan)."""

from importlib.metadata import version

import numpy as np
from loop import case, serve
from openquake.hazardlib.gsim.yu_2013 import YuEtAl2013MsEastern
from openquake.hazardlib.imt import PGA, PGV

given = case()
n = given["distance_km"].size
sites = np.recarray(n, dtype=[("mag", float), ("repi", float), ("azimuth", float)])
sites.mag, sites.repi, sites.azimuth = given["magnitude"], given["distance_km"], given["angle"]
model = YuEtAl2013MsEastern()
mean = np.zeros((2, n))
rest = [np.zeros((2, n)) for _ in range(3)]


def run():
    model.compute(sites, [PGA(), PGV()], mean, *rest)


def answer():
    return {"pga_g": np.exp(mean[0]).tolist(), "pgv_cm_s": np.exp(mean[1]).tolist()}


serve(run, answer, program="openquake-engine " + version("openquake.engine"))
