"""What depends most on the database, once more on PostgreSQL; all of it: `ANLAN_TEST_DB=postgres`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kit.source import ROOT

if TYPE_CHECKING:
    from kit.servers import PostgresServer

PART = (
    "tests/command/test_competition.py",  # guarded updates
    "tests/command/test_reservations.py",  # what is promised of the stock
    "tests/command/test_incidents.py",  # the story of an incident
    "tests/core/test_journal.py",
    "tests/core/test_permissions.py",
    "tests/core/records/test_import.py",
    "tests/core/jobs/test_services.py",
    "tests/core/live/test_outbox.py",
    "tests/core/geometry/test_fields.py",
    "tests/core/geometry/test_lookups.py",
)


@pytest.mark.slow
@pytest.mark.skipif(
    os.environ.get("ANLAN_TEST_DB") == "postgres", reason="the whole run is on PostgreSQL already"
)
def test_what_depends_most_on_the_database_holds_on_postgresql(postgres: PostgresServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *PART],
        cwd=ROOT,
        env=os.environ | {"ANLAN_TEST_DB": "postgres"},
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "skipped" not in done.stdout, done.stdout[-1000:]
