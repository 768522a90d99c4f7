"""How many reports one address may send: a token bucket, in memory and per process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from anlan.core.live.asgi import header

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.core.live.asgi import Scope

__all__ = ["RateLimit", "client_address"]

MOST_ADDRESSES = 100_000
"""The table is forgotten when it grows larger: bounded memory goes before exact counting."""


def client_address(scope: Scope, trusted_proxies: frozenset[str]) -> str:
    """Return the address of the client; a proxy's word for it counts only if it is trusted."""
    address: str = (scope.get("client") or ("", 0))[0]
    if address in trusted_proxies:
        forwarded = header(scope, b"x-forwarded-for")
        return forwarded.rpartition(",")[2].strip() or address
    return address


class RateLimit:
    """Lets through `per_second` on average and `burst` at once; 0 means no limit."""

    def __init__(
        self, per_second: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.per_second, self.burst, self._clock = per_second, burst, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def allows(self, address: str) -> bool:
        """Count a request of an address and tell whether it may pass."""
        if not self.per_second:
            return True
        now = self._clock()
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.clear()
        tokens, then = self._buckets.get(address, (self.burst, now))
        tokens = min(self.burst, tokens + (now - then) * self.per_second)
        passes = tokens >= 1
        self._buckets[address] = (tokens - passes, now)
        return passes
