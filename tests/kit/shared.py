"""Real data that lies beside the checkout and is never committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kit.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["shared_data"]


def shared_data(*parts: str) -> Path:
    """Return a file or folder under the shared data, or skip the test when it is absent."""
    path = ROOT.parent.joinpath("shared", "data", *parts)
    if not path.exists():
        pytest.skip(f"the shared data file {'/'.join(parts)} is not here")
    return path
