"""The shallow water kernels for a graphics card: on numba's simulator everywhere, on a card where there is one."""

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
from anlan.science.flood.inertial import Inflow
from anlan.science.flood.shallow import ShallowFlow, simulate_shallow

MISSING = cuda_missing()
TOLD = (
    "depth", "discharge_x", "discharge_y", "largest_depth", "largest_speed", "largest_rating",
    "arrival", "time_wet", "stored_after", "came", "steps",
)  # fmt: skip

SIMULATED = """
import sys
import numpy as np
sys.path.insert(0, {here!r})
from anlan.science.flood import shallow_cuda
from test_shallow_cuda import TOLD, every_term
shallow_cuda.BLOCK = (8, 4)  # the simulator starts a thread of Python for each
for edges in (False, True):
    flow = every_term(device="cuda", rows=5, open_edges=edges)
    np.savez({out!r} + str(edges), **{{name: getattr(flow, name) for name in TOLD}})
"""


def every_term(*, device: str, rows: int, open_edges: bool, **options: Any) -> ShallowFlow:
    """Run water over ground so rough that cells fall dry and give more than they hold."""
    rng = np.random.default_rng(5)
    shape = (rows, rows + 2)
    spring = Hydrograph(np.array([0.0, 5.0]), np.array([3.0, 6.0]))
    usual: dict[str, Any] = {
        "cell_size": 10.0,
        "duration": 4.0,
        "depth": np.where(rng.random(shape) < 0.5, 2.0 * rng.random(shape), 0.0),
        "discharge_x": 0.1 * rng.random(shape),
        "roughness": 0.03 + 0.02 * rng.random(shape),
        "rain": 1e-5,
        "inflows": [Inflow(cells=np.array([[2, 3], [2, 4]]), hydrograph=spring)],
        "wet_depth": 0.1,
    }
    ground = 3.0 * rng.random(shape)
    return simulate_shallow(ground, device=device, open_edges=open_edges, **(usual | options))


def assert_alike(found: Any, expected: ShallowFlow, error: float) -> None:
    for name in TOLD:
        np.testing.assert_allclose(
            found[name], getattr(expected, name), rtol=error, atol=error, err_msg=name
        )


@pytest.mark.property("flood.shallow")
def test_the_kernels_of_the_card_tell_the_same_flow_in_the_simulator(tmp_path: Path) -> None:
    script = SIMULATED.format(here=str(Path(__file__).parent), out=f"{tmp_path}/")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for edges in (False, True):
        expected = every_term(device="cpu", rows=5, open_edges=edges)
        assert expected.steps >= 3
        assert expected.came > 0
        assert float(np.abs(expected.discharge_y).max()) > 0.1
        with np.load(tmp_path / f"{edges}.npz") as found:
            assert_alike(found, expected, 1e-11)


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("edges", [False, True])
def test_a_card_tells_the_same_flow_as_the_processor(edges: bool) -> None:
    options: dict[str, Any] = {"rows": 200, "duration": 120.0, "open_edges": edges}
    found = every_term(device="cuda", **options)
    expected = every_term(device="cpu", **options)
    assert_alike({name: getattr(found, name) for name in TOLD}, expected, 1e-7)


@pytest.mark.skipif(not MISSING, reason="there is a card here")
def test_without_a_card_the_message_says_what_to_install() -> None:
    with pytest.raises(CudaUnavailableError, match=r"device 'cuda' cannot be used: .*anlan\[gpu\]"):
        simulate_shallow(np.zeros((3, 3)), cell_size=1.0, duration=1.0, depth=1.0, device="cuda")
    with pytest.raises(ValueError, match="device must be one of cpu, cuda, got 'tpu'"):
        simulate_shallow(np.zeros((3, 3)), cell_size=1.0, duration=1.0, depth=1.0, device="tpu")


def test_a_card_refuses_tailings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anlan.science.flood.device.cuda_missing", str)
    with pytest.raises(ValueError, match=r"water only: .* got 50\.0 Pa and 0\.0 Pa s\^m; use"):
        simulate_shallow(
            np.zeros((3, 3)), cell_size=1.0, duration=1.0, depth=1.0, device="cuda",
            yield_stress=50.0,
        )  # fmt: skip
