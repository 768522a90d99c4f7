from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from anlan.science.common.local import distance
from anlan.science.cyclone.ensemble import TRACK_ERROR, track_ensemble, wind_odds
from anlan.science.cyclone.readers import lekima_2019

AFTER = datetime(2019, 8, 9, 0, tzinfo=UTC)
LEKIMA = lekima_2019()


def members(count: int, seed: int = 0):  # type: ignore[no-untyped-def]
    return track_ensemble(LEKIMA, after=AFTER, count=count, rng=np.random.default_rng(seed))


@pytest.mark.analytic("cyclone.ensemble")
@pytest.mark.parametrize(("hours", "error"), TRACK_ERROR[1:4])
def test_the_members_scatter_with_the_mean_error_of_the_agency(hours: float, error: float) -> None:
    index = next(
        k for k, f in enumerate(LEKIMA.fixes) if (f.time - AFTER).total_seconds() == hours * 3600
    )
    fix = LEKIMA.fixes[index]
    apart = [
        float(distance(fix.lon, fix.lat, m.fixes[index].lon, m.fixes[index].lat))
        for m in members(1000)
    ]
    assert np.mean(apart) == pytest.approx(error, rel=0.06)


def test_what_has_happened_is_the_same_for_every_member() -> None:
    for member in members(5):
        for ours, theirs in zip(LEKIMA.fixes, member.fixes, strict=True):
            if ours.time <= AFTER:
                assert (ours.lon, ours.lat, ours.pressure) == pytest.approx(
                    (theirs.lon, theirs.lat, theirs.pressure)
                )


def test_what_was_not_analysed_stays_unknown() -> None:
    bare = replace(LEKIMA, fixes=tuple(replace(f, pressure=None) for f in LEKIMA.fixes))
    (member, _) = track_ensemble(bare, after=AFTER, count=2, rng=np.random.default_rng(0))
    assert member.fixes[-1].pressure is None
    assert member.fixes[-1].wind is None


def test_the_same_seed_gives_the_same_members() -> None:
    assert members(3, seed=7) == members(3, seed=7)
    assert members(3, seed=7) != members(3, seed=8)


@pytest.mark.property("cyclone.ensemble")
def test_the_odds_are_ordered_and_higher_near_the_coast() -> None:
    tracks = members(40)
    odds = wind_odds(tracks, lon=[120.4, 117.0, 104.0], lat=[36.0, 36.65, 36.0], threshold=13.9)
    assert (odds.low <= odds.median).all()
    assert (odds.median <= odds.high).all()
    assert odds.probability[0] >= odds.probability[1] >= odds.probability[2]
    stronger = wind_odds(tracks, lon=[120.4], lat=[36.0], threshold=20.0)
    assert stronger.probability[0] <= odds.probability[0]


def test_an_impossible_ensemble_is_refused() -> None:
    with pytest.raises(ValueError, match="count must be between 2 and 10000"):
        members(1)
    with pytest.raises(ValueError, match="track_error must rise"):
        track_ensemble(
            LEKIMA,
            after=AFTER,
            count=2,
            rng=np.random.default_rng(0),
            track_error=((24, 1.0), (0, 0.0)),
        )
    with pytest.raises(ValueError, match="members must be between 2"):
        wind_odds([LEKIMA], lon=[120.0], lat=[36.0], threshold=10.0)
    with pytest.raises(ValueError, match="threshold must be between"):
        wind_odds(members(2), lon=[120.0], lat=[36.0], threshold=-1.0)
