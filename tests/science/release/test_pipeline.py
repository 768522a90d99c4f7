from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.pipeline import BrokenPipe, outflow, outflow_rate

GAS: Any = {
    "diameter": 0.7,
    "length": 20_000.0,
    "pressure": 6e6,
    "temperature": 288.15,
    "molar_mass": 0.01604,
    "gamma": 1.305,
}


@pytest.mark.analytic("release.pipeline")
def test_in_the_end_all_gas_and_all_feed_have_left() -> None:
    pipe = BrokenPipe(feed=50.0, valve_closes=600.0, **GAS)
    assert outflow(1e6, pipe) == pytest.approx(pipe.mass + 30_000.0, rel=1e-9)


@pytest.mark.analytic("release.pipeline")
@given(end=st.floats(min_value=1, max_value=5000))
def test_the_outflow_is_the_integral_of_its_rate(end: float) -> None:
    pipe = BrokenPipe(**GAS)
    t = np.linspace(0, end, 200_001)
    assert np.trapezoid(outflow_rate(t, pipe), t) == pytest.approx(
        float(outflow(end, pipe)), rel=1e-5
    )


@pytest.mark.analytic("release.pipeline")
def test_at_the_start_the_flow_is_choked() -> None:
    pipe = BrokenPipe(**GAS)
    assert outflow_rate(0.0, pipe) == pytest.approx(pipe.initial_rate)


@pytest.mark.property("release.pipeline")
@given(
    t=st.floats(min_value=0, max_value=1e4),
    length=st.floats(min_value=1000, max_value=50_000),
    more=st.floats(min_value=1.1, max_value=2.0),
)
def test_the_flow_falls_and_a_longer_pipe_lets_out_more(
    t: float, length: float, more: float
) -> None:
    pipe = BrokenPipe(**(GAS | {"length": length}))
    longer = BrokenPipe(**(GAS | {"length": length * more}))
    assert outflow_rate(t + 10.0, pipe) <= outflow_rate(t, pipe)
    assert longer.mass > pipe.mass


def test_a_valve_that_closes_sooner_saves_the_feed() -> None:
    soon = BrokenPipe(feed=100.0, valve_closes=120.0, **GAS)
    late = BrokenPipe(feed=100.0, valve_closes=1800.0, **GAS)
    assert outflow(3600.0, late) - outflow(3600.0, soon) == pytest.approx(168_000.0)


def test_a_pipe_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="length must be between 100 and 100000 m, got 10"):
        BrokenPipe(**(GAS | {"length": 10.0}))
