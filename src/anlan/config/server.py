"""Starting the server: granian with the settings that were measured (docs/adr)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING

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
    from collections.abc import Iterator

__all__ = ["PortBusy", "refuse_busy_port", "serve"]

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


def serve(*, host: str, port: int, workers: int = 1, run_jobs: bool = True) -> None:
    """Serve until the process is told to stop.

    Parameters
    ----------
    host, port
        Where to listen.
    workers
        Processes. On SQLite more than two bring nothing; on PostgreSQL one a core.
    run_jobs
        Run background jobs too, in a process beside the workers (`anlan work`).

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
        log_level=LogLevels.error,
        workers_kill_timeout=10,
    )
    with _job_process() if run_jobs else nullcontext():
        server.serve()


def _load_site() -> None:
    """Import everything before the workers are forked: they start at once and share the memory.

    Nothing may be open across the fork: no database connection, no thread.
    """
    django.setup()
    if not settings.DEBUG:  # pages name static files by their hash; WhiteNoise lists them once
        collect_static_files()
    import_module(TARGET.partition(":")[0])
    if settings.ANLAN_WARM_UP:
        import_module("scipy.stats")  # a second that its first use would take from a visitor
    # Every view, form and address: otherwise the first visitor waits for their import.
    get_resolver().reverse_dict  # noqa: B018 - asking for it reads all addresses
    connections.close_all()


@contextmanager
def _job_process() -> Iterator[None]:
    """Keep one process that runs jobs; start it again when it dies."""
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
