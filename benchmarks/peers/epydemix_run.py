"""Epydemix on the same SEIR, one course by chance in steps of a quarter of a day (GPL-3)."""

from importlib.metadata import version

import numpy as np
from epydemix import EpiModel, simulate
from epydemix.population import Population
from loop import case, serve

given = case()
groups = given["population"].size
people = Population(name="groups")
people.add_population(given["population"].astype(int), [str(i) for i in range(groups)])
people.add_contact_matrix(given["contacts"], layer_name="all")
model = EpiModel(name="seir", compartments=["S", "E", "I", "R"])
model.set_population(people)
model.add_parameter(parameters_dict={k: given[k] for k in ("beta", "sigma", "gamma")})
model.add_transition(source="S", target="E", kind="mediated", params=("beta", "I"))
model.add_transition(source="E", target="I", kind="spontaneous", params="sigma")
model.add_transition(source="I", target="R", kind="spontaneous", params="gamma")
start = {
    "S": given["population"].astype(int) - given["infected"].astype(int),
    "E": given["infected"].astype(int),
    "I": np.zeros(groups, int),
    "R": np.zeros(groups, int),
}
rng = np.random.default_rng(7)
shares = []


def run():
    found = simulate(
        model, start_date="2026-01-01", end_date=given["end"], initial_conditions_dict=start,
        dt=given["dt"], rng=rng,
    )  # fmt: skip
    left = np.asarray(found.compartments["S_total"])[-1]
    shares.append(1.0 - float(left) / given["population"].sum())


def answer():
    return {"attack_rates": shares}


serve(run, answer, program="epydemix " + version("epydemix"))
