"""What depends on the database, once more on PostgreSQL with PostGIS: a server of our own."""

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
FILES = (
    "geometry/test_lookups.py",
    "geometry/test_fields.py",
    "jobs/test_services.py",
    "live/test_outbox.py",
)


@pytest.mark.slow
def test_the_same_tests_pass_on_postgres(postgres: PostgresServer) -> None:
    postgres.create_database("core")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--create-db"]
        + [str(HERE / name) for name in FILES],
        env=os.environ | postgres.environment("core"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    assert "skipped" not in run.stdout
