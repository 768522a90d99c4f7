"""A whole city for tests: the pack of Jinan, built once a session into a temporary folder."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from anlan.citypack import build_pack

__all__ = ["jinan_pack"]

BUILT = datetime(2026, 2, 1, tzinfo=UTC)
FOLDER = TemporaryDirectory(prefix="anlan-test-city-")
"""Goes when the process ends."""


@cache
def jinan_pack() -> Path:
    """Return the folder of a freshly built pack of Jinan."""
    folder = Path(FOLDER.name) / "city"
    build_pack("370100", folder, now=BUILT)
    return folder
