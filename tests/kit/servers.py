"""Real servers for tests: PostgreSQL from the distribution's binaries, and the whole site."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kit.running import RunningServer, start_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["PostgresServer", "Site", "free_port", "migrate", "postgres_server"]

POSTGRES = Path(os.environ.get("ANLAN_PGBIN", "/usr/lib/postgresql/15/bin"))
START_SECONDS = 30


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL of our own, with PostGIS to be had, that trusts everybody on 127.0.0.1."""

    folder: Path
    port: int

    def environment(self, database: str) -> dict[str, str]:
        """Return the variables that point Anlan at one of its databases."""
        return {
            "ANLAN_POSTGRES": database,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
        }

    def create_database(self, name: str, template: str = "template1") -> None:
        """Make a database."""
        self._run("createdb", "-T", template, name)

    def _run(self, program: str, *args: str) -> None:
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres")
        subprocess.run([POSTGRES / program, *where, *args], check=True, capture_output=True)

    def answers(self) -> bool:
        """Tell whether the server takes connections."""
        where = ("-h", "127.0.0.1", "-p", str(self.port))
        return subprocess.run([POSTGRES / "pg_isready", "-q", *where], check=False).returncode == 0


def _refuse(reason: str) -> None:
    """Skip on a developer's machine, fail in CI: there the databases are part of the promise."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a PostgreSQL in a temporary folder, as another user than root, and stop it."""
    if not (POSTGRES / "initdb").is_file():
        _refuse(f"PostgreSQL is not installed under {POSTGRES} (apt: postgresql-15-postgis-3)")
    account = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="anlan-pg-"))
    if account:
        shutil.chown(folder, account, account)
    server = PostgresServer(folder=folder, port=free_port())
    data = str(folder / "data")
    initdb = [str(POSTGRES / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run(
        [*initdb, "--locale=C.UTF-8", "--no-sync"],
        check=True,
        capture_output=True,
        cwd=folder,
        user=account,
        group=account,
    )
    listen = ["-p", str(server.port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1"]
    process = subprocess.Popen(
        [str(POSTGRES / "postgres"), "-D", data, *listen, "-c", "fsync=off"],
        cwd=folder,
        stderr=subprocess.DEVNULL,
        user=account,
        group=account,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.answers():
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.05)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(START_SECONDS)
        shutil.rmtree(folder)


class Site:
    """The whole site under its real server, on a database of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.server: RunningServer | None = None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "anlan.sqlite3"

    def start(
        self, workers: int = 1, port: int | None = None, run_jobs: bool = False
    ) -> RunningServer:
        """Start the server and return before it is ready."""
        self.server = start_server(
            port=port or free_port(),
            workers=workers,
            run_jobs=run_jobs,
            environment=self.environment,
        )
        return self.server

    def http(
        self,
        path: str,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        method: str | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request; return status, headers in lower case and body."""
        assert self.server is not None
        request = urllib.request.Request(
            self.server.address + path, data=data, headers=headers or {}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, _lower(response.headers), response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _lower(error.headers), error.read()

    def report(self, key: str = "", **changes: Any) -> tuple[int, dict[str, Any]]:
        """Send one public report; return status and answer."""
        report = {"text": "闻到燃气味", "lon": 117.02, "lat": 36.66, "division": "370102"}
        status, _headers, body = self.http(
            "/live/reports",
            json.dumps(report | changes).encode(),
            {"Idempotency-Key": key} if key else {},
        )
        return status, json.loads(body)

    def close(self) -> None:
        """Stop the server."""
        if self.server is not None:
            self.server.kill()


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


APPS = ("live", "jobs", "axes", "sessions")
"""The tables that the server itself needs; the rooms' would only cost time."""


def migrate(folder: Path, environment: dict[str, str], apps: Sequence[str] = APPS) -> None:
    """Make the tables of these apps, and of those they stand on."""
    program = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        f"for app in {list(apps)!r}: call_command('migrate', app, verbosity=0)"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        cwd=folder,
        check=True,
    )
