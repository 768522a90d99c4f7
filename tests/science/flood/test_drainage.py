"""Storm drains through the EPA SWMM engine; skipped where the extra is not installed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

from anlan.science.flood import drainage
from anlan.science.flood.drainage import (
    DrainageUnavailableError,
    Manhole,
    Outfall,
    Pipe,
    run_drainage,
)
from anlan.science.flood.hydrograph import Hydrograph, steady

installed = pytest.mark.skipif(
    not drainage.available(), reason="the extra anlan[swmm] is not installed"
)


def line(fall: float = 0.01, diameter: float = 1.0) -> dict[str, Any]:
    """Return two manholes and an outfall on one line."""
    return {
        "manholes": [
            Manhole(key="A", invert=10.0, depth=3.0),
            Manhole(key="B", invert=10.0 - 100 * fall, depth=3.0),
        ],
        "pipes": [
            Pipe(key="AB", start="A", end="B", length=100.0, diameter=diameter),
            Pipe(key="BO", start="B", end="O", length=100.0, diameter=diameter),
        ],
        "outfalls": [Outfall(key="O", invert=10.0 - 200 * fall)],
    }


def manning(depth: float, diameter: float, fall: float, roughness: float = 0.013) -> float:
    """Return the uniform flow of a circular pipe filled to a depth."""
    angle = 2.0 * math.acos(1.0 - 2.0 * depth / diameter)
    area = diameter**2 / 8.0 * (angle - math.sin(angle))
    radius = area / (diameter * angle / 2.0)
    return float(area * radius ** (2.0 / 3.0) * math.sqrt(fall) / roughness)


@installed
@pytest.mark.analytic("flood.drainage")
@pytest.mark.parametrize("flow", [0.3, 1.0, 1.8])
def test_steady_flow_has_the_depth_of_manning(flow: float) -> None:
    found = run_drainage(**line(), inflows={"A": steady(flow)}, duration=3600.0)
    exact = brentq(lambda y: manning(y, 1.0, 0.01) - flow, 1e-3, 0.93)
    assert found.depth["A"][-1] == pytest.approx(exact, rel=0.01)
    assert found.outflow["O"][-1] == pytest.approx(flow, rel=1e-3)
    assert not found.spilled
    assert abs(found.balance_error) < 0.01  # of the engine


@installed
@pytest.mark.analytic("flood.drainage")
def test_full_pipe_under_pressure_carries_what_its_head_drives_and_the_rest_spills() -> None:
    """Street full at the first manhole: h = L S_f with S_f of the full pipe, within 3 %."""
    net = line(fall=0.005, diameter=0.6)
    found = run_drainage(**net, inflows={"A": steady(2.0)}, duration=3600.0)
    through = found.outflow["O"][-1]
    spill = found.spilled["A"].values[-1]
    assert through + spill == pytest.approx(2.0, rel=0.01)
    # from the street at A (13 m) to the middle of the full outlet at O (9 m + about 0.3 to 0.6 m)
    area, radius = math.pi * 0.6**2 / 4.0, 0.15
    flow = [
        area * radius ** (2 / 3) / 0.013 * math.sqrt((13.0 - (9.0 + end)) / 200.0)
        for end in (0.6, 0.3)
    ]
    assert 0.97 * flow[0] < through < 1.03 * flow[1]
    assert found.depth["A"].max() == pytest.approx(3.0, abs=1e-3)


@installed
@pytest.mark.property("flood.drainage")
def test_storm_is_balanced_and_more_water_spills_more() -> None:
    spilled = []
    for peak in (1.0, 6.0, 9.0):
        storm = Hydrograph(np.array([0.0, 1200.0, 3600.0]), np.array([0.0, peak, 0.0]))
        found = run_drainage(**line(), inflows={"A": storm}, duration=7200.0)
        assert found.volume_in == pytest.approx(storm.between(0.0, 7200.0), rel=0.005)
        assert abs(found.balance_error) < 0.02
        spilled.append(found.volume_spilled)
    assert spilled[0] == 0.0
    assert 0.0 < spilled[1] < spilled[2]


@installed
def test_network_that_the_engine_refuses_is_refused_in_its_words() -> None:
    net = line()
    net["pipes"].append(Pipe(key="AO", start="A", end="O", length=200.0, diameter=1.0))
    with pytest.raises(ValueError, match="cannot be run"):
        run_drainage(**net, inflows={"A": steady(1.0)}, duration=600.0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"outfalls": []}, "needs a manhole"),
        ({"inflows": {"X": steady(1.0)}}, "enter at manholes"),
        ({"duration": 1.0}, "duration must be between"),
        ({"manholes": [Manhole(key="A b", invert=1.0, depth=1.0)]}, "letters"),
        ({"outfalls": [Outfall(key="A", invert=1.0)]}, "must differ"),
        (
            {"pipes": [Pipe(key="P", start="A", end="Z", length=10.0, diameter=1.0)]},
            "join two nodes",
        ),
        (
            {"pipes": [Pipe(key="P", start="A", end="B", length=10.0, diameter=-1.0)]},
            "diameter must be between",
        ),
    ],
)
def test_network_that_does_not_hang_together_is_refused(change: dict[str, Any], says: str) -> None:
    usual = line() | {"inflows": {"A": steady(1.0)}, "duration": 600.0}
    with pytest.raises(ValueError, match=says):
        run_drainage(**(usual | change))


def test_missing_engine_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drainage, "available", lambda: False)
    with pytest.raises(DrainageUnavailableError, match=r"pip install 'anlan\[swmm\]'"):
        run_drainage(**line(), inflows={"A": steady(1.0)}, duration=600.0)
