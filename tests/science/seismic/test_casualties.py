import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.seismic.casualties import (
    casualties,
    density_factor,
    ma_xie_death_ratio,
    night_factor,
    pager_death_ratio,
    yin_death_ratio,
)
from anlan.science.seismic.needs import NeedFactors, needs, response_level
from anlan.science.seismic.site import SITE_CLASSES, site_factor

RATIO = st.floats(min_value=0.0, max_value=1.0)


@pytest.mark.published("seismic.casualties", source="尹之潜: A = 1 gives RD = 0.151; 1e-3")
def test_total_collapse_kills_fifteen_in_a_hundred_after_yin() -> None:
    assert yin_death_ratio(1.0) == pytest.approx(0.151, abs=5e-4)


@pytest.mark.published(
    "seismic.casualties", source="马玉宏、谢礼立 (2000): RB 0.01, 0.05, 0.1; rtol 1e-3"
)
@pytest.mark.parametrize(("rb", "rd"), [(0.01, 4.061e-5), (0.05, 3.983e-4), (0.1, 1.199e-3)])
def test_the_ratios_of_ma_and_xie_are_met(rb: float, rd: float) -> None:
    assert ma_xie_death_ratio(rb) == pytest.approx(rd, rel=1e-3)


@pytest.mark.published(
    "seismic.casualties", source="USGS losspager fatality.xml 2.2: theta and beta of China; exact"
)
def test_pager_has_its_median_and_spread() -> None:
    at = 10.328811 * np.exp(np.array([-1.0, 0.0, 1.0]) * 0.100058)
    np.testing.assert_allclose(
        pager_death_ratio(at), [0.158655253931457, 0.5, 0.841344746068543], rtol=1e-9
    )


@pytest.mark.property("seismic.casualties")
@given(a=RATIO, b=RATIO)
def test_more_collapse_never_kills_fewer(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert yin_death_ratio(low) <= yin_death_ratio(high)
    assert ma_xie_death_ratio(low) <= ma_xie_death_ratio(high)


@pytest.mark.property("seismic.casualties")
@given(people=st.floats(min_value=0, max_value=1e7), level=st.floats(min_value=0, max_value=12))
def test_nobody_dies_twice(people: float, level: float) -> None:
    for night in (True, False):
        for found in casualties(level, 1.0, people, density=1000.0, night=night):
            assert 0 <= found.low <= found.deaths <= found.high <= people * (1 + 1e-9)


def test_the_night_is_worse_and_places_are_summed() -> None:
    day, night = (
        {
            e.model: e.deaths
            for e in casualties([7, 8], [0.01, 0.05], [1e5, 1e4], density=[300, 300], night=n)
        }
        for n in (False, True)
    )
    assert night["ma_xie"] > day["ma_xie"]
    assert night["yin"] == day["yin"]
    assert day["ma_xie"] == pytest.approx(1.1 * (1e5 * 4.061e-5 + 1e4 * 3.983e-4), rel=1e-3)


def test_where_nothing_falls_nobody_dies_by_collapse() -> None:
    ratios = (yin_death_ratio(0.0), ma_xie_death_ratio(0.0), pager_death_ratio(0.0))
    assert [float(ratio) for ratio in ratios] == [0, 0, 0]


def test_the_factors_are_those_of_the_table() -> None:
    np.testing.assert_array_equal(density_factor([10, 50, 200, 500]), [0.8, 1.0, 1.1, 1.2])
    np.testing.assert_array_equal(night_factor([3, 6, 7.4, 7.5, 9, 12]), [17, 17, 8, 4, 2, 1.5])


def test_a_collapse_ratio_in_per_cent_is_refused() -> None:
    with pytest.raises(ValueError, match="collapse_ratio must be between 0 and 1"):
        yin_death_ratio(35.0)
    with pytest.raises(ValueError, match="population must be >= 0"):
        casualties(7.0, 0.1, -5.0, density=10.0, night=False)


@pytest.mark.published("seismic.needs", source="semicloud/cas (2017): factors per injured; exact")
def test_a_thousand_injured_need_what_the_source_says() -> None:
    found = needs(1000, 20_000, 100_000)
    assert (found.beds, found.doctors, found.stretchers) == (215, 110, 80)
    assert (found.tents, found.rescuers) == (5000, 5400)
    assert found.food == pytest.approx(5700 + 160_000)


@pytest.mark.property("seismic.needs")
@given(k=st.floats(min_value=0.1, max_value=10), people=st.floats(min_value=0, max_value=1e6))
def test_needs_grow_with_what_they_are_needed_for(k: float, people: float) -> None:
    assert needs(k * people, 0, 0).beds == pytest.approx(k * needs(people, 0, 0).beds)
    assert needs(0, people, 0, season_factor=k).tents == pytest.approx(k * 0.25 * people)


def test_local_factors_take_the_place_of_the_source() -> None:
    assert needs(100, 0, 0, factors=NeedFactors(beds_per_injured=0.5)).beds == 50
    with pytest.raises(ValueError, match="injured must be >= 0"):
        needs(-1, 0, 0)


@pytest.mark.published("seismic.needs", source="国家地震应急预案: 300, 50 and 10 deaths; exact")
def test_the_levels_of_response_change_at_their_limits() -> None:
    at = (0, 9, 10, 49, 50, 299, 300, 1e5)
    assert [response_level(d) for d in at] == ["IV", "IV", "III", "III", "II", "II", "I", "I"]


def test_soft_ground_amplifies_weak_motion_only() -> None:
    np.testing.assert_allclose(site_factor([0.1, 9.0], site_class="III"), [1.30, 1.00])
    np.testing.assert_allclose(site_factor([0.1, 9.0], site_class="I0"), [0.72, 0.90])


@pytest.mark.property("seismic.site")
@given(site=st.sampled_from(SITE_CLASSES), a=st.floats(min_value=0, max_value=10))
def test_stronger_motion_below_never_gives_weaker_above(site: str, a: float) -> None:
    low, high = (x * float(site_factor(x, site_class=site)) for x in (a, a * 1.1))
    assert high >= low - 1e-12


def test_an_unknown_site_is_refused() -> None:
    with pytest.raises(ValueError, match="site_class must be one of I0, I1, II, III, IV"):
        site_factor(1.0, site_class="V")
