import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.science.network.cascade import betweenness, load_cascade
from anlan.science.network.dependency import (
    Supply,
    failure_times,
    restoration_order,
    working,
)
from anlan.science.network.graph import (
    degree_order,
    giant_component,
    node_connectivity,
    removal_curve,
)

PETERSEN = [
    *([i, (i + 1) % 5] for i in range(5)),
    *([i, i + 5] for i in range(5)),
    *([5 + i, 5 + (i + 2) % 5] for i in range(5)),
]

FLORENCE = """
Acciaiuoli-Medici Castellani-Peruzzi Castellani-Strozzi Castellani-Barbadori Medici-Barbadori
Medici-Ridolfi Medici-Tornabuoni Medici-Albizzi Medici-Salviati Salviati-Pazzi Peruzzi-Strozzi
Peruzzi-Bischeri Strozzi-Ridolfi Strozzi-Bischeri Ridolfi-Tornabuoni Tornabuoni-Guadagni
Albizzi-Ginori Albizzi-Guadagni Bischeri-Guadagni Guadagni-Lamberteschi
"""


def ring(n: int) -> list[list[int]]:
    return [[i, (i + 1) % n] for i in range(n)]


def random_graph(n: int, degree: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, n, (rng.poisson(n * degree / 2), 2))
    return np.asarray(pairs[pairs[:, 0] != pairs[:, 1]])


def scale_free_graph(n: int, seed: int) -> np.ndarray:
    """Two edges for each new node, to old ones by their degree (Barabási and Albert)."""
    rng = np.random.default_rng(seed)
    ends, edges = [0, 1], [(0, 1)]
    for new in range(2, n):
        chosen = {ends[rng.integers(len(ends))] for _ in range(2)}
        edges += [(new, old) for old in chosen]
        ends += [i for old in chosen for i in (new, old)]
    return np.array(edges)


@pytest.mark.analytic("network.graph")
@pytest.mark.parametrize(
    ("nodes", "edges", "connectivity"),
    [
        (10, PETERSEN, 3),
        (9, ring(9), 2),
        (6, list(itertools.combinations(range(6), 2)), 5),
        (5, [[0, 1], [1, 2], [2, 3], [3, 4]], 1),
        (4, [[0, 1], [2, 3]], 0),
        (5, [[0, 1], [1, 2], [2, 0], [2, 3], [3, 4], [4, 2]], 1),
    ],
    ids=["petersen", "ring", "complete", "line", "two parts", "two triangles at a node"],
)
def test_the_connectivity_of_known_graphs(nodes: int, edges: object, connectivity: int) -> None:
    assert node_connectivity(nodes, edges) == connectivity  # type: ignore[arg-type]


@pytest.mark.analytic("network.graph")
def test_a_random_graph_of_degree_two_has_the_known_giant_component() -> None:
    shares = [giant_component(50_000, random_graph(50_000, 2.0, seed)) for seed in range(5)]
    assert np.mean(shares) == pytest.approx(0.7968, abs=0.005)  # z = 1 - exp(-2 z)


@pytest.mark.analytic("network.graph")
def test_random_loss_parts_a_random_graph_at_one_less_the_inverse_of_the_degree() -> None:
    n, degree = 40_000, 4.0
    order = np.random.default_rng(2).permutation(n)
    curve = removal_curve(n, random_graph(n, degree, 1), order)
    threshold = 1 - 1 / degree
    assert curve[int((threshold - 0.08) * n)] > 0.03
    assert curve[int((threshold + 0.05) * n)] < 0.01
    # above the threshold: share (1 - f) z with z = 1 - exp(-degree (1 - f) z)
    assert curve[n // 2] == pytest.approx(0.5 * 0.796812, abs=0.01)


@pytest.mark.property("network.graph")
def test_attack_on_the_hubs_parts_a_scale_free_graph_far_sooner_than_chance() -> None:
    n = 4000
    edges = scale_free_graph(n, 3)
    attack = removal_curve(n, edges, degree_order(n, edges))
    chance = removal_curve(n, edges, np.random.default_rng(1).permutation(n))
    assert attack[n // 5] < 0.3 * chance[n // 5]
    assert (np.diff(attack) <= 0).all()


@pytest.mark.property("network.graph")
@given(st.integers(min_value=0, max_value=10_000))
def test_the_curve_is_that_of_removing_one_by_one(seed: int) -> None:
    edges = random_graph(20, 3.0, seed)
    order = np.random.default_rng(seed).permutation(20)[:8]
    alive = np.ones(20, dtype=bool)
    slow = [giant_component(20, edges)]
    for node in order:
        alive[node] = False
        slow.append(giant_component(20, edges, alive=alive))
    assert removal_curve(20, edges, order).tolist() == slow


@pytest.mark.published(
    "network.cascade",
    source="Padgett and Ansell (1993), marriages of Florentine families; betweenness as in Jackson"
    " (2008) Social and Economic Networks: Medici 0.522, Guadagni 0.255, Strozzi 0.103; 1e-3",
)
def test_the_medici_stand_between_the_families_of_florence() -> None:
    pairs = [pair.split("-") for pair in FLORENCE.split()]
    names = sorted({name for pair in pairs for name in pair})
    edges = [[names.index(a), names.index(b)] for a, b in pairs]
    share = betweenness(len(names), edges) / (14 * 13 / 2)
    found = {name: float(share[names.index(name)]) for name in ("Medici", "Guadagni", "Strozzi")}
    assert found == pytest.approx({"Medici": 0.522, "Guadagni": 0.255, "Strozzi": 0.103}, abs=1e-3)


@pytest.mark.analytic("network.cascade")
def test_the_load_of_known_graphs() -> None:
    star = [[0, i] for i in range(1, 9)]
    assert betweenness(9, star).tolist() == [28.0, *[0.0] * 8]  # 8 * 7 / 2
    line = [[i, i + 1] for i in range(6)]
    assert betweenness(7, line).tolist() == [i * (6 - i) for i in range(7)]
    # a ring of 2 m + 1: (m - 1) m / 2 each
    np.testing.assert_allclose(betweenness(9, ring(9)), np.full(9, 6.0))
    np.testing.assert_allclose(betweenness(10, PETERSEN), np.full(10, 3.0))


@pytest.mark.analytic("network.cascade")
def test_a_ring_that_is_cut_fails_unless_it_has_the_spare_of_a_line() -> None:
    # ring of nine: 6 each; cut it is a line of eight with at most 3 * 4 = 12
    assert (load_cascade(9, ring(9), failed=[0], tolerance=1.0).round > 0).sum() == 0
    weak = load_cascade(9, ring(9), failed=[0], tolerance=0.99)
    assert np.flatnonzero(weak.round == 1).tolist() == [4, 5]


@pytest.mark.property("network.cascade")
@pytest.mark.parametrize("seed", range(3))
def test_more_spare_means_a_smaller_cascade(seed: int) -> None:
    edges = scale_free_graph(400, seed)
    hub = degree_order(400, edges)[:1]
    left = [
        load_cascade(400, edges, failed=hub, tolerance=a).giant for a in (0.0, 0.3, 1.0, 3.0, 20.0)
    ]
    assert left == sorted(left)
    assert left[0] < 0.5 * left[-1]


@pytest.mark.property("network.cascade")
def test_load_is_conserved() -> None:
    # all loads add up to the inner nodes of all shortest paths: sum of (distance - 1)
    edges = ring(12)
    distances = [min(d, 12 - d) for d in range(1, 12)]
    total = 12 * sum(d - 1 for d in distances) / 2
    assert betweenness(12, edges).sum() == pytest.approx(total)


HOUR = 3600.0
CITY = [
    Supply(node=2, kind="power", providers=(0, 1), backup=4 * HOUR),
    Supply(node=3, kind="power", providers=(1,), backup=2 * HOUR),
    Supply(node=3, kind="communications", providers=(2,), backup=HOUR),
    Supply(node=4, kind="water", providers=(3,)),
]


@pytest.mark.analytic("network.dependency")
def test_a_node_stops_when_the_last_provider_has_and_the_backup_is_used_up() -> None:
    one = failure_times(5, CITY, damaged={1: 0.0})
    assert (one / HOUR).tolist() == [np.inf, 0.0, np.inf, 2.0, 2.0]
    both = failure_times(5, CITY, damaged={1: 0.0, 0: HOUR})
    assert (both / HOUR).tolist() == [1.0, 0.0, 5.0, 2.0, 2.0]


@pytest.mark.analytic("network.dependency")
def test_two_that_need_each_other_hold_until_one_is_damaged() -> None:
    needs = [
        Supply(node=0, kind="water", providers=(1,)),
        Supply(node=1, kind="power", providers=(0,), backup=HOUR),
    ]
    assert working(2, needs, damaged=[]).all()
    assert failure_times(2, needs, damaged={0: 0.0}).tolist() == [0.0, HOUR]


@pytest.mark.property("network.dependency")
@given(st.integers(min_value=0, max_value=10_000))
def test_more_damage_never_makes_anything_stop_later(seed: int) -> None:
    rng = np.random.default_rng(seed)
    needs = [
        Supply(node=int(a), kind="power", providers=(int(b), int(c)), backup=float(t))
        for a, b, c, t in rng.integers(0, 12, (15, 4))
    ]
    less = failure_times(12, needs, damaged={0: 0.0})
    more = failure_times(12, needs, damaged={0: 0.0, 1: 5.0})
    assert (more <= less).all()


@pytest.mark.analytic("network.dependency")
@settings(max_examples=30, deadline=None)
@given(
    people=st.lists(st.integers(min_value=1, max_value=1000), min_size=5, max_size=5),
    hours=st.lists(st.integers(min_value=1, max_value=50), min_size=5, max_size=5),
)
def test_without_dependency_the_order_is_the_best_of_all(
    people: list[int], hours: list[int]
) -> None:
    found = restoration_order(
        5, [], repair_time={i: h * HOUR for i, h in enumerate(hours)}, people=people
    )
    best = min(
        sum(
            people[node] * sum(hours[i] for i in order[: place + 1]) * HOUR
            for place, node in enumerate(order)
        )
        for order in itertools.permutations(range(5))
    )
    assert found.dark_time == pytest.approx(best)


def test_what_a_service_needs_is_repaired_before_it() -> None:
    found = restoration_order(
        5, CITY, repair_time={0: 9 * HOUR, 1: HOUR, 3: 2 * HOUR}, people=[0, 0, 500, 10, 9000]
    )
    assert found.order == (1, 3, 0)
    assert found.served.tolist() == [500.0, 9510.0, 9510.0]
    assert found.finished.tolist() == [HOUR, 3 * HOUR, 12 * HOUR]


def test_a_circle_of_damaged_needs_is_repaired_in_the_end() -> None:
    needs = [
        Supply(node=0, kind="water", providers=(1,)),
        Supply(node=1, kind="power", providers=(0,)),
    ]
    found = restoration_order(2, needs, repair_time={0: HOUR, 1: HOUR}, people=[10, 10])
    assert sorted(found.order) == [0, 1]
    assert found.served[-1] == 20


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: giant_component(2, [[0, 2]]), r"edges must name nodes between 0 and 1, got \[0"),
        (lambda: giant_component(2, [[0, 1]], alive=[True]), "alive must have shape"),
        (lambda: removal_curve(2, [[0, 1]], [0, 0]), "order must name each node at most once"),
        (lambda: betweenness(1, []), "nodes must be between 2 and 100000, got 1"),
        (lambda: betweenness(2, [[0, 1]], alive=[True]), "alive must have shape"),
        (lambda: load_cascade(2, [[0, 1]], failed=[2]), "failed must name nodes between 0 and 1"),
        (lambda: load_cascade(2, [[0, 1]], failed=[0], tolerance=-1), "tolerance must be between"),
        (lambda: failure_times(2, CITY, damaged={}), "nodes must be between 0 and 1, got 2"),
        (lambda: failure_times(5, CITY, damaged={0: -1.0}), "damaged must be >= 0 s"),
        (lambda: Supply(node=0, kind="power", providers=()), "providers must name at least one"),
        (
            lambda: Supply(node=0, kind="power", providers=(1,), backup=-1.0),
            "backup must be between",
        ),
        (
            lambda: restoration_order(1, [], repair_time={0: 0.0}, people=[1]),
            "repair_time must be between",
        ),
        (lambda: restoration_order(1, [], repair_time={0: 9.0}, people=[]), "people must have"),
    ],
)
def test_what_is_out_of_range_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
