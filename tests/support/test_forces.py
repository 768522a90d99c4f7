from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from anlan.support.forces.rules import Candidate, Need, choose_units


def make_unit(number: int, minutes: float, crews: float = 1, **changes: object) -> Candidate:
    values: dict[str, object] = {
        "id": number,
        "record": "register.firestation",
        "name": f"{number}号站",
        "base": f"{number}号站",
        "lon": 117.0,
        "lat": 36.0,
        "capabilities": {"hazmat_crew": crews},
        "drive_s": minutes * 60,
        **changes,
    }
    return Candidate(**values)  # type: ignore[arg-type]


def make_need(quantity: float) -> Need:
    return Need(
        kind="hazmat_crew", name="危化处置编队", quantity=quantity, unit="组", reason="预案"
    )


def test_dispatch_takes_the_nearest_first_and_says_why() -> None:
    found = choose_units([make_need(2)], [make_unit(1, 20), make_unit(2, 5), make_unit(3, 9)])
    assert [p.candidate.id for p in found.picks] == [2, 3]
    assert "最早到达" in found.picks[0].reasons[0]
    assert found.passed_over[0].candidate.id == 1
    assert "替补" in found.passed_over[0].reason
    assert found.shortfalls == ()


def test_dispatch_never_sends_a_unit_from_inside_the_plume_nor_a_busy_or_cut_off_one() -> None:
    units = [
        make_unit(1, 1, inside_danger="AEGL-2 区"),
        make_unit(2, 2, available=False, status="出动中"),
        make_unit(3, math.inf),
        make_unit(4, 30),
    ]
    found = choose_units([make_need(1)], units)
    assert [p.candidate.id for p in found.picks] == [4]
    reasons = {p.candidate.id: p.reason for p in found.passed_over}
    assert "AEGL-2 区" in reasons[1]
    assert "出动中" in reasons[2]
    assert "道路不通" in reasons[3]


def test_dispatch_names_the_gap_with_both_numbers() -> None:
    found = choose_units([make_need(4)], [make_unit(1, 5), make_unit(2, 6)])
    assert "需4组，可派2组，缺2组" in found.shortfalls[0]
    nothing = choose_units([make_need(1)], [])
    assert "没有这一类" in nothing.shortfalls[0]


def test_dispatch_prefers_fresh_facts_when_the_times_are_close() -> None:
    stale, fresh = make_unit(1, 5, freshness=0.1), make_unit(2, 7, freshness=1.0)
    found = choose_units([make_need(1)], [stale, fresh])
    assert found.picks[0].candidate is fresh


@given(
    st.floats(0, 12),
    st.lists(
        st.tuples(st.floats(1, 90), st.integers(1, 3), st.booleans(), st.booleans()), max_size=12
    ),
)
def test_dispatch_meets_the_need_or_names_exactly_what_is_missing(
    quantity: float, rows: list[tuple[float, int, bool, bool]]
) -> None:
    units = [
        make_unit(i, minutes, crews, available=free, inside_danger="区" if hit else "")
        for i, (minutes, crews, free, hit) in enumerate(rows)
    ]
    found = choose_units([make_need(quantity)], units)
    usable = sum(
        u.capabilities["hazmat_crew"] for u in units if u.available and not u.inside_danger
    )
    sent = sum(p.quantity for p in found.picks)
    assert math.isclose(sent, min(quantity, usable), abs_tol=1e-9)
    assert bool(found.shortfalls) == (usable < quantity)
    times = [p.candidate.weighted_s for p in found.picks]
    assert times == sorted(times)
