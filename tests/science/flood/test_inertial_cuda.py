"""The kernels for a graphics card: on numba's simulator everywhere, on a card where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anlan.science.flood.device import CudaUnavailableError, cuda_missing
from anlan.science.flood.hydrograph import Hydrograph
from anlan.science.flood.inertial import Flood, Inflow, simulate_flood

MISSING = cuda_missing()
MAPS = ("depth", "largest_depth", "largest_speed", "largest_rating", "arrival", "time_wet")
VOLUMES = ("rain", "inflow", "infiltrated", "drained", "outflow", "stored_after", "steps")
ERROR = {"double": 1e-12, "single": 2e-5}

SIMULATED = """
import sys
import numpy as np
sys.path.insert(0, {here!r})
from anlan.science.flood import inertial_cuda
from test_inertial_cuda import MAPS, VOLUMES, every_term
inertial_cuda.BLOCK = (8, 4)  # the simulator starts a thread of Python for each
for precision in ("double", "single"):
    flood = every_term(precision, device="cuda", rows=6)
    np.savez({out!r} + precision, **{{name: getattr(flood, name) for name in MAPS + VOLUMES}})
"""


def every_term(precision: str, *, device: str, rows: int, **options: Any) -> Flood:
    """Run a flood in which every term of the model is at work, and the limiter too."""
    rng = np.random.default_rng(3)
    shape = (rows, rows + 2)
    storm = Hydrograph(np.array([0.0, 30.0, 60.0]), np.array([0.0, 1e-4, 2e-5]))
    spring = Hydrograph(np.array([0.0]), np.array([3.0]))
    usual: dict[str, Any] = {
        "cell_size": 10.0,
        "duration": 15.0,
        "depth": 0.3 * rng.random(shape),
        "roughness": 0.03 + 0.02 * rng.random(shape),
        "rain": storm,
        "rain_pattern": 0.5 + rng.random(shape),
        "infiltration": 1e-5 * rng.random(shape),
        "drain": np.where(rng.random(shape) < 0.2, 1e-3, 0.0),
        "edge_slope": 0.01,
        "inflows": [Inflow(cells=np.array([[2, 3], [2, 4]]), hydrograph=spring)],
        "record_every": 4.0,
        "wet_depth": 0.1,
    }
    ground = 2.0 * rng.random(shape)
    return simulate_flood(ground, precision=precision, device=device, **(usual | options))


def assert_alike(found: Any, expected: Flood, error: float) -> None:
    for name in MAPS:
        np.testing.assert_allclose(
            found[name], getattr(expected, name), rtol=error, atol=error, err_msg=name
        )
    for name in VOLUMES:
        assert float(found[name]) == pytest.approx(getattr(expected, name), rel=error), name


@pytest.mark.property("flood.inertial")
def test_the_kernels_of_the_card_tell_the_same_flood_in_the_simulator(tmp_path: Path) -> None:
    script = SIMULATED.format(here=str(Path(__file__).parent), out=f"{tmp_path}/")
    environment = os.environ | {"NUMBA_ENABLE_CUDASIM": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for precision, error in ERROR.items():
        expected = every_term(precision, device="cpu", rows=6)
        assert expected.steps >= 4
        assert expected.infiltrated > 0
        assert expected.drained > 0
        assert expected.outflow > 0
        with np.load(tmp_path / f"{precision}.npz") as found:
            assert_alike(found, expected, error)


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("precision", ["double", "single"])
def test_a_card_tells_the_same_flood_as_the_processor(precision: str) -> None:
    options: dict[str, Any] = {"rows": 300, "duration": 600.0}
    found = every_term(precision, device="cuda", **options)
    expected = every_term(precision, device="cpu", **options)
    maps = {name: getattr(found, name) for name in MAPS + VOLUMES}
    assert_alike(maps, expected, {"double": 1e-9, "single": 2e-3}[precision])
    assert abs(found.balance_error) < {"double": 1e-12, "single": 1e-5}[precision]


@pytest.mark.skipif(not MISSING, reason="there is a card here")
def test_without_a_card_the_message_says_what_to_install() -> None:
    with pytest.raises(CudaUnavailableError, match=r"device 'cuda' cannot be used: .*anlan\[gpu\]"):
        simulate_flood(np.zeros((3, 3)), cell_size=10.0, duration=60.0, device="cuda")
    with pytest.raises(ValueError, match="device must be one of cpu, cuda, got 'tpu'"):
        simulate_flood(np.zeros((3, 3)), cell_size=10.0, duration=60.0, device="tpu")
