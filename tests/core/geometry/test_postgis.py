"""The same lookups on PostGIS: the neighbouring files once more, against a server of our own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kit.servers import PostgresServer

HERE = Path(__file__).parent


@pytest.mark.slow
def test_lookups_and_fields_pass_on_postgis(postgres: PostgresServer) -> None:
    postgres.create_database("geometry")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--create-db"]
        + [str(HERE / name) for name in ("test_lookups.py", "test_fields.py")],
        env=os.environ | postgres.environment("geometry"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    assert "skipped" not in run.stdout
