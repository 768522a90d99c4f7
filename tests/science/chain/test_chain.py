"""Consequence chains: exact probabilities on small graphs, uncertainty carried on, bad tables."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.science.chain.links import Link, LinkTable, Node, read_table, shipped_table
from anlan.science.chain.run import ChainResult, run_chain

MEMBERS = 20_000


def table(*links: Link, combine: str = "max") -> LinkTable:
    keys = dict.fromkeys(k for link in links for k in (link.cause, link.effect))
    return LinkTable(
        nodes={k: Node(key=k, title=k, title_zh=k, unit="1", combine=combine) for k in keys},
        links=links,
    )


def link(key: str, **values: object) -> Link:
    cause, effect = key[0], key[1]
    given = {"key": key, "cause": cause, "effect": effect, "source": "test", "c": 1.0}
    return Link(**{**given, **values})  # type: ignore[arg-type]


def within(found: float, p: float, trials: int = MEMBERS, sigmas: float = 4.5) -> bool:
    return abs(found - p) <= sigmas * math.sqrt(p * (1 - p) / trials) + 1e-12


@pytest.mark.analytic("chain.run")
def test_series_and_parallel_links_have_the_exact_probability() -> None:
    """A to B 0.3, B to C 0.5, A to C 0.2: P(C) = 1 - (1 - 0.15)(1 - 0.2) = 0.32."""
    graph = table(
        link("AB", chance="chance", a=0.3),
        link("BC", chance="chance", a=0.5),
        link("AC", chance="chance", a=0.2),
    )
    result = run_chain({"A": 1.0}, graph, members=MEMBERS, seed=7)
    assert result.node("A").probability == 1.0
    # one link alone is stratified, so exact to one trial in a group
    assert result.node("B").probability == pytest.approx(0.3, abs=1 / 400)
    assert within(result.node("C").probability, 0.32)


@pytest.mark.analytic("chain.run")
def test_every_small_graph_agrees_with_the_sum_over_all_outcomes() -> None:
    """Brute force over the 2^6 states of the links of a diamond with two more edges."""
    chances = {"AB": 0.6, "AC": 0.35, "BD": 0.5, "CD": 0.7, "BC": 0.2, "DE": 0.45}
    exact = dict.fromkeys("BCDE", 0.0)
    for outcome in itertools.product((True, False), repeat=len(chances)):
        fired = dict(zip(chances, outcome, strict=True))
        weight = math.prod(p if fired[k] else 1 - p for k, p in chances.items())
        hit = {"A"}
        for edge in ("AB", "AC", "BC", "BD", "CD", "DE"):
            if fired[edge] and edge[0] in hit:
                hit.add(edge[1])
        for node in exact:
            exact[node] += weight * (node in hit)
    graph = table(*(link(k, chance="chance", a=p) for k, p in chances.items()))
    result = run_chain({"A": 1.0}, graph, members=MEMBERS, seed=11)
    for node, p in exact.items():
        assert within(result.node(node).probability, p), node


@pytest.mark.analytic("chain.run")
def test_fragility_is_a_half_at_its_median_and_normal_beside_it() -> None:
    graph = table(link("AB", chance="fragility", a=2.0, b=0.5))
    for x, p in ((2.0, 0.5), (2.0 * math.exp(0.5), 0.841344746), (2.0 * math.exp(-1.0), 0.02275)):
        result = run_chain({"A": x}, graph, members=MEMBERS, seed=3)
        assert result.node("B").probability == pytest.approx(p, abs=1 / 400)


@pytest.mark.analytic("chain.run")
def test_counts_are_poisson_and_binomial() -> None:
    """1 - exp(-lambda) and its thinning: Poisson(2) cases, each with 0.25, is Poisson(0.5)."""
    graph = table(
        link("AB", chance="rate", a=0.5, b=1.0, exposure="km", size="count", c=None),
        link("BC", chance="each", a=0.25, size="count", c=None),
    )
    result = run_chain({"A": 2.0}, graph, {"km": 2.0}, members=MEMBERS, seed=5)
    assert result.node("B").probability == pytest.approx(1 - math.exp(-2), abs=1 / 400)
    assert result.node("B").mean == pytest.approx(2.0, rel=0.01)
    assert within(result.node("C").probability, 1 - math.exp(-0.5))
    assert result.node("C").mean == pytest.approx(0.5, rel=0.04)


@pytest.mark.analytic("chain.run")
def test_uncertainty_of_a_rate_is_carried_on() -> None:
    """A lognormal factor of spread s has the mean exp(s^2/2); the 5 % and 95 % are exp(-+1.645 s)."""
    spread = 0.4
    graph = table(
        link("AB", chance="rate", a=1.0, b=0.0, exposure="n", size="count", c=None, spread=spread)
    )
    result = run_chain({"A": 1.0}, graph, {"n": 1000.0}, members=MEMBERS, seed=5)
    found = result.node("B")
    assert found.mean == pytest.approx(1000 * math.exp(spread**2 / 2), rel=0.01)
    assert found.size.low == pytest.approx(1000 * math.exp(-1.645 * spread), rel=0.05)
    assert found.size.high == pytest.approx(1000 * math.exp(1.645 * spread), rel=0.05)


@pytest.mark.analytic("chain.run")
def test_range_of_a_probability_is_that_of_its_coefficient() -> None:
    """Phi((ln x - ln a - s z)/b) at z = -+1.645."""
    graph = table(link("AB", chance="fragility", a=1.0, b=0.5, spread=0.5))
    found = run_chain({"A": 1.0}, graph, members=100_000, seed=2).node("B")
    assert found.probability_range.median == pytest.approx(0.5, abs=0.03)
    assert found.probability_range.low == pytest.approx(0.05, abs=0.015)
    assert found.probability_range.high == pytest.approx(0.95, abs=0.015)


@pytest.mark.analytic("chain.run")
def test_time_adds_up_along_the_shortest_way() -> None:
    graph = table(
        link("AB", delay_low=100.0, delay_high=100.0),
        link("BC", delay_low=50.0, delay_high=50.0),
        link("AC", chance="chance", a=0.5, delay_low=10.0, delay_high=10.0),
    )
    found = run_chain({"A": 1.0}, graph, members=1000, seed=1).node("C")
    assert found.time is not None
    assert (found.time.low, found.time.high) == (10.0, 150.0)


@pytest.mark.published(
    "chain.run",
    source="Scawthorn (2009) HAZUS-MH Fire Following Earthquake Task 3, abstract:"
    " Ign./TFA = 0.581895 PGA^2 - 0.029444 PGA, per million square feet, PGA in g; 1e-5",
)
@pytest.mark.parametrize("pga_g", [0.2, 0.4, 0.8])
def test_ignitions_are_those_of_the_published_equation(pga_g: float) -> None:
    floor = 500.0  # km2, so that the mean of the counts is sharp
    per_million_sqft = 0.581895 * pga_g**2 - 0.029444 * pga_g
    expected = per_million_sqft * floor * 1e6 / 0.09290304 / 1e6
    row = next(k for k in shipped_table().links if k.key == "eq-fire")
    assert row.a is not None
    assert row.b is not None
    x = pga_g * 9.80665
    assert (row.a * x**2 + row.b * x) * floor == pytest.approx(expected, rel=1e-5)
    graph = LinkTable(nodes=shipped_table().nodes, links=(replace(row, spread=0.0),))
    found = run_chain({"shaking_acceleration": x}, graph, {"floor_area_km2": floor}, seed=1)
    assert found.node("fires").mean == pytest.approx(expected, rel=0.02)


@pytest.mark.published(
    "chain.run",
    source="ALA (2001) Part 1, RR = K1 0.00187 PGV per 1000 ft, PGV in in/s, as in EPA WNTR"
    " wntr/scenario/earthquake.py, repair_rate_model; 1e-5 (WNTR rounds 3.28 ft/m: 3e-4)",
)
def test_pipe_repairs_are_those_of_the_published_equation() -> None:
    row = next(k for k in shipped_table().links if k.key == "eq-water")
    assert row.a is not None
    for velocity in (0.1, 0.5, 1.5):
        per_thousand_feet = 0.00187 * (velocity / 0.0254)
        per_km = per_thousand_feet / 0.3048
        assert row.a * velocity == pytest.approx(per_km, rel=1e-5)
        wntr = 0.00187 * (100 * velocity / 2.54) * (3.28 / 1000) * 1000
        assert row.a * velocity == pytest.approx(wntr, rel=3e-4)


@pytest.mark.property("chain.run")
def test_same_seed_same_bits_and_order_of_rows_does_not_matter() -> None:
    whole = shipped_table()
    context = dict.fromkeys((n for k in whole.links for n in k.exposures), 20.0)
    start: dict[str, float | tuple[float, float, float]] = {
        "shaking_velocity": (0.2, 0.4, 0.7),
        "shaking_acceleration": 3.0,
    }
    one = run_chain(start, whole, context, members=500, seed=9)
    other = LinkTable(nodes=whole.nodes, links=whole.links[::-1])
    assert run_chain(start, other, context, members=500, seed=9) == one
    assert run_chain(start, whole, context, members=500, seed=10) != one


@pytest.mark.property("chain.run")
@settings(max_examples=30, deadline=None)
@given(
    small=st.floats(0.01, 1.0),
    factor=st.floats(1.0, 5.0),
    seed=st.integers(0, 2**32 - 1),
)
def test_stronger_start_never_makes_anything_less_likely(
    small: float, factor: float, seed: int
) -> None:
    whole = shipped_table()
    context = dict.fromkeys((n for k in whole.links for n in k.exposures), 30.0)
    weak = run_chain({"shaking_velocity": small}, whole, context, members=200, seed=seed)
    strong = run_chain({"shaking_velocity": small * factor}, whole, context, members=200, seed=seed)
    for node in weak.nodes:
        assert strong.node(node.key).probability >= node.probability - 0.03
        if node.key in {"water_breaks", "gas_leaks", "water_loss"}:
            assert strong.node(node.key).mean >= node.mean


@pytest.mark.property("chain.run")
@settings(max_examples=30, deadline=None)
@given(
    p=st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3),
    spread=st.floats(0.0, 1.5),
    seed=st.integers(0, 10**6),
)
def test_one_more_link_never_makes_its_effect_less_likely(
    p: list[float], spread: float, seed: int
) -> None:
    few = table(link("AB", chance="chance", a=p[0]), link("BC", chance="chance", a=p[1]))
    more = table(*few.links, link("AC", chance="chance", a=p[2], spread=spread))
    a = run_chain({"A": 1.0}, few, members=500, seed=seed)
    b = run_chain({"A": 1.0}, more, members=500, seed=seed)
    assert b.node("B") == a.node("B")
    assert b.node("C").probability >= a.node("C").probability
    assert 0.0 <= b.node("C").probability_range.low <= b.node("C").probability_range.high <= 1.0


def run_all() -> ChainResult:
    whole = shipped_table()
    context = dict.fromkeys((n for k in whole.links for n in k.exposures), 50.0)
    context["drain_capacity_m_per_h"] = 0.04
    hazards = {"hourly_rain": 0.08, "daily_rain": 0.2, "wind": 40.0, "heat": 42.0}
    hazards |= {"dam_breach": 5e3, "tailings_breach": 1e6, "shaking_acceleration": 2.0}
    return run_chain({**hazards, "shaking_velocity": 0.3}, whole, context, members=1000, seed=1)


@pytest.mark.property("chain.run")
def test_every_shipped_link_runs_and_says_why() -> None:
    result = run_all()
    assert not result.skipped
    assert {node.key for node in result.nodes} == set(shipped_table().nodes)
    used = {reason.link for node in result.nodes for reason in node.reasons}
    assert used - {""} == {k.key for k in shipped_table().links}
    for node in result.nodes:
        assert np.isfinite([node.mean, node.size.low, node.size.high]).all()
        for reason in node.reasons:
            assert reason.text
            assert reason.source
            assert reason.confidence in {"V", "M", "示例"}
    assert 0.0 <= result.node("power_loss").size.high <= 1.0
    assert result.as_dict()["nodes"][0]["probability_range"]["low"] >= 0.0


@pytest.mark.property("chain.run")
def test_link_without_its_exposure_is_left_out_and_named() -> None:
    result = run_chain({"shaking_velocity": 0.4}, context={"water_pipe_km": 10.0}, members=100)
    assert [(s.link, s.missing) for s in result.skipped] == [("eq-gas", ("gas_pipe_km",))]
    assert result.node("gas_leaks").probability == 0.0
    assert result.node("water_breaks").probability > 0.0


def test_cause_above_the_range_of_a_relation_is_told() -> None:
    graph = table(link("AB", chance="fragility", a=1.0, b=0.5, upper=2.0))
    beyond = run_chain({"A": 8.0}, graph, members=1000, seed=1).node("B")
    at_end = run_chain({"A": 2.0}, graph, members=1000, seed=1).node("B")
    assert beyond.reasons[0].outside == 1.0
    assert at_end.reasons[0].outside == 0.0
    assert beyond.probability == at_end.probability


def test_circle_is_refused_with_its_events() -> None:
    with pytest.raises(ValueError, match="circle among A, B"):
        table(link("AB"), link("BA"))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"chance": "perhaps"}, "chance must be one of"),
        ({"chance": "chance", "a": 1.4}, "between 0 and 1"),
        ({"chance": "fragility", "a": 0.0, "b": 1.0}, "must be > 0"),
        ({"chance": "rate", "a": 1.0, "b": 1.0}, "needs an exposure"),
        ({"chance": "rate", "a": 1.0, "exposure": "km"}, "needs b"),
        ({"size": "count"}, "needs a chance of"),
        ({"size": "power"}, "needs d"),
        ({"size": "value", "c": None}, "needs c"),
        ({"spread": -1.0}, "spread"),
        ({"delay_low": 5.0}, "delay"),
        ({"confidence": "sure"}, "confidence"),
    ],
)
def test_row_that_cannot_be_meant_is_refused(values: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        link("AB", **values)


def test_table_files_with_mistakes_are_refused_with_the_row() -> None:
    nodes = (
        "key,title_zh,title,unit,combine,limit,kind\nA,甲,a,1,max,,hazard\nB,乙,b,1,max,,hazard\n"
    )
    head = (
        "key,cause,effect,chance,a,b,exposure,spread,size,c,d,size_exposure,size_spread,upper,"
        "delay_low,delay_high,reason,source,confidence\n"
    )
    row = "x,A,B,chance,0.5,,,0,value,1,,,0,,0,0,why,who,M"
    assert read_table(nodes, head + row).links[0].a == 0.5
    for broken, says in (
        (row.replace(",B,", ",C,"), "no event C"),
        (row.replace("0.5", "half"), "a must be a number"),
        (row.replace("0.5", "nan"), "a must be a number"),
        (row + "\n" + row, "twice"),
        (row[:30], "as many cells"),
    ):
        with pytest.raises(ValueError, match=says):
            read_table(nodes, head + broken)


@pytest.mark.parametrize(
    ("start", "context", "says"),
    [
        ({}, {}, "at least one event"),
        ({"meteor": 1.0}, {}, "events of the table"),
        ({"wind": -3.0}, {}, "wind must be 0 <"),
        ({"wind": (3.0, 2.0, 4.0)}, {}, "low <= middle"),
        ({"wind": math.inf}, {}, "finite"),
        ({"power_loss": 1.5}, {}, "<= 1 1"),
        ({"wind": 30.0}, {"substations": -1.0}, "substations must be"),
        ({"shaking_velocity": 1.0}, {"water_pipe_km": 1e15}, "at most"),
    ],
)
def test_start_and_exposure_outside_their_range_are_refused(
    start: dict[str, float], context: dict[str, float], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        run_chain(start, context=context, members=50)
