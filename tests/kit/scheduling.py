"""Who runs which tests when several workers share them."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

__all__ = ["BrowserOnOneWorker"]


class BrowserOnOneWorker(LoadFileScheduling):  # type: ignore[misc]
    """Keeps the tests of a file together, and those of the browser too.

    Two browsers at a time draw no faster, and each would wait for a demonstration of its own.
    """

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "tests/browser" if file.startswith("tests/browser/") else file
