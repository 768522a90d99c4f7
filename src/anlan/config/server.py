"""Starting the server: granian with the settings that were measured (docs/adr).

`serve` runs it in this process until Ctrl-C; `start_server` runs it in a process group of its own,
for tests, benchmarks and `anlan demo --check`.
"""

from __future__ import annotations

import multiprocessing
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
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.core.management import call_command
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["PortBusy", "RunningServer", "refuse_busy_port", "serve", "start_server"]

TARGET = "anlan.config.asgi:application"
PARENT = "ANLAN_SERVER_PID"
BACKLOG = 4096
"""Also the back-pressure: it must exceed the number of open streams, or requests wait for them."""


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
        Run background jobs in a thread of this process, which does nothing else; the pages run
        in the worker processes.
    quiet
        Log errors only.

    Raises
    ------
    PortBusy
        If somebody already listens there.
    """
    refuse_busy_port(host, port)
    # Forked workers would inherit threads' locks and open SQLite files; spawned ones do not.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ[PARENT] = str(os.getpid())
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
    django.setup()
    if not settings.DEBUG:  # pages name static files by their hash, which collectstatic writes
        call_command("collectstatic", interactive=False, verbosity=0)
    with _job_thread(enabled=run_jobs):
        server.serve()


@contextmanager
def _job_thread(*, enabled: bool) -> Iterator[None]:
    if not enabled:
        yield
        return
    from anlan.core.jobs.worker import work  # noqa: PLC0415 - its models need django.setup()

    stop = threading.Event()
    thread = threading.Thread(target=work, kwargs={"stop": stop}, name="jobs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)


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
