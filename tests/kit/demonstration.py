"""The demonstration as `make demo` starts it, and the door through which its people enter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kit.servers import free_port
from kit.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

__all__ = ["demonstration", "environment", "go_to_desk", "sign_in"]

PASSWORD = "anlan-demo-2026"  # noqa: S105 - printed on the screen by the demonstration
STARTS_WITHIN_S = 300
SETTLE_MS = 30_000
AT_DESK = "body[data-shell=ready] #linkstate[data-state=live]"


def environment(var: Path) -> dict[str, str]:
    """Return the variables of a node of its own in the folder `var`."""
    own = {"ANLAN_VAR": str(var), "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ANLAN_", "DJANGO_"))}
    return kept | own


@contextmanager
def demonstration(var: Path) -> Iterator[str]:
    """Serve the demonstration city from `var`; give its address."""
    port = free_port()
    command = [sys.executable, "-m", "anlan", "demo", "--port", str(port)]
    with (var / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=environment(var), stdout=log, stderr=log, start_new_session=True
        )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_serves(server, base, var)
        yield base
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _wait_until_it_serves(server: subprocess.Popen[bytes], base: str, var: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        assert server.poll() is None, (var / "server.log").read_text()
        try:
            with urllib.request.urlopen(f"{base}/health/", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise TimeoutError(f"the demonstration did not serve within {STARTS_WITHIN_S} s")


def go_to_desk(page: Page, address: str) -> Page:
    """Open the desk of whoever has signed in."""
    page.set_default_timeout(SETTLE_MS)
    page.goto(address)
    page.wait_for_selector(AT_DESK)
    return page


def sign_in(page: Page, address: str, username: str) -> Page:
    """Enter through the door, as a person does."""
    page.set_default_timeout(SETTLE_MS)
    page.goto(address)
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(AT_DESK)
    return page
