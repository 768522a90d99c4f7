import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.blast.harm import (
    BLAST_EFFECTS,
    HEAT_AUTHORS,
    blast_harm,
    blast_median,
    endpoints,
    heat_death,
    heat_median,
)


@pytest.mark.published(
    "blast.harm", source="Eisenberg et al. (1975) CG-D-136-75: Pr = -38.48 + 2.56 ln V; 5e-4"
)
@pytest.mark.parametrize(("flux", "t", "share"), [(37.5e3, 20, 0.5551), (12.5e3, 60, 0.2122)])
def test_heat_kills_as_eisenberg_says(flux: float, t: float, share: float) -> None:
    assert heat_death(flux, t) == pytest.approx(share, abs=5e-4)


@pytest.mark.published(
    "blast.harm", source="TNO Green Book CPR 16E (1992), unprotected: Pr = -37.23 + 2.56 ln V; 5e-4"
)
def test_heat_kills_more_after_tno() -> None:
    assert heat_death(37.5e3, 20.0, author="tno") == pytest.approx(0.9175, abs=5e-4)


@pytest.mark.published(
    "blast.harm",
    source="Eisenberg et al. (1975): lung -77.1 + 6.91 ln P, eardrum -15.6 + 1.93 ln P; P50",
)
def test_half_of_the_people_are_harmed_at_the_printed_pressures() -> None:
    assert blast_median() / 1e3 == pytest.approx(144.54, rel=1e-3)
    assert blast_median(effect="eardrum") / 1e3 == pytest.approx(43.20, rel=1e-3)


@pytest.mark.published(
    "blast.harm",
    source="Eisenberg et al. (1975) vulnerability model, as tabulated in Lees and CCPS: lung 1 to"
    " 99 %, eardrum 50 and 90 %, panes 1 and 90 %; 4 %",
)
@pytest.mark.parametrize(
    ("effect", "share", "kilopascals"),
    [
        ("lung_death", 0.01, 100),
        ("lung_death", 0.10, 120),
        ("lung_death", 0.50, 141),
        ("lung_death", 0.90, 176),
        ("lung_death", 0.99, 200),
        ("eardrum", 0.50, 43.5),
        ("eardrum", 0.90, 84),
        ("glass", 0.01, 1.7),
        ("glass", 0.90, 6.2),
    ],
)
def test_the_pressures_of_the_vulnerability_model_are_met(
    effect: str, share: float, kilopascals: float
) -> None:
    assert blast_median(share, effect=effect) / 1e3 == pytest.approx(kilopascals, rel=0.04)


@pytest.mark.property("blast.harm")
@given(
    flux=st.floats(min_value=0, max_value=2e5),
    more=st.floats(min_value=1, max_value=2),
    author=st.sampled_from(HEAT_AUTHORS),
)
def test_more_heat_never_kills_fewer(flux: float, more: float, author: str) -> None:
    low, high = heat_death([flux, flux * more], 20.0, author=author)
    assert 0 <= low <= high <= 1


@pytest.mark.property("blast.harm")
@given(share=st.floats(min_value=0.01, max_value=0.99), effect=st.sampled_from(BLAST_EFFECTS))
def test_share_and_pressure_are_each_others_inverse(share: float, effect: str) -> None:
    assert blast_harm(blast_median(share, effect=effect), effect=effect) == pytest.approx(share)


def test_the_median_flux_kills_half() -> None:
    for author in HEAT_AUTHORS:
        assert heat_death(heat_median(20.0, author=author), 20.0, author=author) == pytest.approx(
            0.5
        )


def test_the_lung_of_the_hse_is_in_bar() -> None:
    assert blast_harm(1e5, effect="lung_death_hse") == pytest.approx(0.5517, abs=1e-3)


def test_without_heat_or_blast_nobody_is_harmed() -> None:
    assert heat_death(0.0, 20.0) == 0.0
    assert np.all(np.array([blast_harm(0.0, effect=e) for e in BLAST_EFFECTS]) == 0.0)


def test_the_end_points_are_in_si() -> None:
    values = {(e.kind, e.value) for e in endpoints()}
    assert ("heat", 12_500.0) in values
    assert ("overpressure", 44_000.0) in values


def test_unknown_criteria_are_refused() -> None:
    with pytest.raises(ValueError, match="author must be one of eisenberg"):
        heat_death(1.0, 1.0, author="me")
    with pytest.raises(ValueError, match="effect must be one of lung_death"):
        blast_harm(1.0, effect="fear")
    with pytest.raises(ValueError, match="fraction must be between 0 and 1"):
        blast_median(1.0)
