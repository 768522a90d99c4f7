"""The server of the product in a process group of its own, so that a test may kill it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RunningServer", "start_server"]


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
                with urllib.request.urlopen(f"{self.address}/live/health", timeout=2):
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
    }
    program = f"from anlan.config.server import serve; serve(**{options!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "anlan.config.settings"}
        | dict(environment or {}),
        process_group=0,
    )
    return RunningServer(process=process, address=f"http://{host}:{port}")
