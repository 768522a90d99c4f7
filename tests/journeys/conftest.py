from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from kit.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Installation:
    """A data folder of its own, and the `anlan` command on it."""

    var: Path

    def anlan(self, *words: str, code: int = 0) -> str:
        """Run the command, check its exit code, return what it said on both streams."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ANLAN_", "DJANGO_"))}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "anlan", *words],
            cwd=ROOT,
            env=kept | {"ANLAN_VAR": str(self.var), "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            timeout=540,
            check=False,
        )
        assert done.returncode == code, done.stderr[-2000:] or done.stdout[-2000:]
        return done.stdout + (done.stderr if code else "")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, str]:
    """The demonstration from nothing, with its story played; and what that printed."""
    made = Installation(tmp_path_factory.mktemp("demonstration"))
    return made, made.anlan("demo", "--check")
