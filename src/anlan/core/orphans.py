"""A child of the server ends when the server is gone, even after kill -9.

A worker that outlived its server would go on sharing the port with the next one, because granian
listens with SO_REUSEPORT.
"""

from __future__ import annotations

import os
import threading
import time

__all__ = ["SERVER_PID", "end_with_parent"]

SERVER_PID = "ANLAN_SERVER_PID"
"""Set by anlan.config.server for its children."""

POLL_SECONDS = 0.5


def end_with_parent(parent: int | None = None) -> None:
    """Watch the parent from a thread; leave at once if it is already gone.

    Parameters
    ----------
    parent
        Process number of the parent; by default the server's. Nothing is watched in a process
        that no server started.
    """
    parent = parent or int(os.environ.get(SERVER_PID, "0"))
    if parent:
        threading.Thread(target=_watch, args=(parent,), daemon=True, name="parent-watch").start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os._exit(1)
