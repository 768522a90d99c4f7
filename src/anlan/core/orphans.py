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


def end_with_parent() -> None:
    """Watch the server from a thread; leave at once if it is already gone.

    Does nothing in a process that no server started.
    """
    server = int(os.environ.get(SERVER_PID, "0"))
    if server:
        threading.Thread(target=_watch, args=(server,), daemon=True, name="parent-watch").start()


def _watch(server: int) -> None:
    while os.getppid() == server:
        time.sleep(POLL_SECONDS)
    os._exit(1)
