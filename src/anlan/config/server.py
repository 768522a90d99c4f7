"""Starting the server: granian with the settings that were measured (docs/adr).

`serve` runs it in this process until Ctrl-C; `start_server` runs it in a process group of its own,
for tests, benchmarks and `anlan demo --check`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.db import connections
from django.urls import get_resolver
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from anlan.core.orphans import SERVER_PID
from anlan.frontend.collect import collect_static_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["PortBusy", "RunningServer", "refuse_busy_port", "serve", "start_server"]

TARGET = "anlan.config.asgi:application"
BACKLOG = 4096
"""Also the back-pressure: it must exceed the number of open streams, or requests wait for them."""

POLL_SECONDS = 0.2
RESTART_SECONDS = 2.0
"""How long a job process that died is left before it is started again."""


class PortBusy(Exception):
    """Somebody already listens on the port."""


def refuse_busy_port(host: str, port: int) -> None:
    """Raise PortBusy, with the mend, when the port is taken.

    Granian would not notice: with SO_REUSEPORT two servers share a port silently.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A port in TIME_WAIT is free; a listening one is not, even with this option.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise PortBusy(f"没有权限使用端口 {port}，请换 1024 以上的端口：--port 8000") from error
        except OSError as error:
            raise PortBusy(
                f"{host}:{port} 已被占用：请停掉占用它的程序，或换一个端口：--port {port + 1}"
            ) from error


def serve(
    *, host: str, port: int, workers: int = 1, run_jobs: bool = True, quiet: bool = False
) -> None:
    """Serve until the process is told to stop.

    Parameters
    ----------
    host, port
        Where to listen.
    workers
        Processes. On SQLite more than two bring nothing; on PostgreSQL one a core.
    run_jobs
        Run background jobs too, in a process beside the workers (`anlan work`).
    quiet
        Log errors only.

    Raises
    ------
    PortBusy
        If somebody already listens there.
    """
    refuse_busy_port(host, port)
    os.environ[SERVER_PID] = str(os.getpid())
    _load_site()
    server = Server(
        target=TARGET,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.error if quiet else LogLevels.info,
        workers_kill_timeout=10,
    )
    with _job_process(enabled=run_jobs):
        server.serve()


def _load_site() -> None:
    """Import everything before the workers are forked: they start at once and share the memory.

    Nothing may be open across the fork: no database connection, no thread.
    """
    django.setup()
    if not settings.DEBUG:  # pages name static files by their hash; WhiteNoise lists them once
        collect_static_files()
    import_module(TARGET.partition(":")[0])
    # Every view, form and address: otherwise the first visitor waits for their import.
    get_resolver().reverse_dict  # noqa: B018 - asking for it reads all addresses
    connections.close_all()


@contextmanager
def _job_process(*, enabled: bool) -> Iterator[None]:
    """Keep one process that runs jobs; start it again when it dies."""
    if not enabled:
        yield
        return
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_working, args=(stop,), daemon=True, name="jobs")
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep_working(stop: threading.Event) -> None:
    while not stop.is_set():
        # A process of its own: work that computes would delay pages and lane. Not forked, because
        # other threads run by now.
        worker = subprocess.Popen([sys.executable, "-m", "anlan", "work"])
        while worker.poll() is None and not stop.wait(POLL_SECONDS):
            pass
        if worker.poll() is None:
            worker.terminate()
            worker.wait()
        stop.wait(RESTART_SECONDS)


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server in a process group of its own."""

    process: subprocess.Popen[bytes]
    address: str

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Return when the lane answers; raise RuntimeError when it does not come up."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}")
            try:
                with urllib.request.urlopen(f"{self.address}/live/health", timeout=2):  # noqa: S310
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"the server did not answer within {seconds} s")

    def stop(self) -> None:
        """End it in order."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the whole group at once (kill -9)."""
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)


def start_server(
    *,
    port: int,
    host: str = "127.0.0.1",
    workers: int = 1,
    run_jobs: bool = False,
    environment: Mapping[str, str] | None = None,
) -> RunningServer:
    """Start a server in a process group of its own, and return before it is ready."""
    options: dict[str, Any] = {
        "host": host,
        "port": port,
        "workers": workers,
        "run_jobs": run_jobs,
        "quiet": True,
    }
    program = f"from anlan.config.server import serve; serve(**{options!r})"
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", program],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "anlan.config.settings"}
        | dict(environment or {}),
        process_group=0,
    )
    return RunningServer(process=process, address=f"http://{host}:{port}")
