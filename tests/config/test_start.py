"""A start: what must be there before the first visitor, and what must never be done beside him."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from anlan.science.common import compiled

if TYPE_CHECKING:
    from pathlib import Path

LOADED = """
import json, sys
from anlan.config.server import _load_site
_load_site()
names = ["anlan.console.urls", "anlan.console.views.reports", "anlan.exchange.http.tiles"]
print(json.dumps([name for name in names if name not in sys.modules]))
"""


def test_every_page_is_imported_before_a_worker_is_forked(tmp_path: Path) -> None:
    environment = {
        "ANLAN_VAR": str(tmp_path),
        "ANLAN_SECRET_KEY": "x",
        "ANLAN_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "anlan.config.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(said.stdout.splitlines()[-1]) == []


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The processes that would have been started."""
    found: list[list[str]] = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/no/such/folder")
    monkeypatch.setattr(subprocess, "run", lambda words, **_options: found.append(list(words)))
    return found


def test_kernels_are_compiled_once_and_in_a_process_of_their_own(
    tmp_path: Path, runs: list[list[str]]
) -> None:
    assert compiled.compile_apart(tmp_path)
    assert runs[0][0] == sys.executable
    assert "warm_up()" in runs[0][-1]
    assert not compiled.compile_apart(tmp_path)
    assert len(runs) == 1


def test_every_data_folder_shares_what_is_compiled(
    tmp_path: Path, runs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernels = tmp_path / "kernels"
    kernels.mkdir()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(kernels))
    assert compiled.compile_apart(tmp_path / "one")
    assert not compiled.compile_apart(tmp_path / "another")
    assert (kernels / compiled.STAMP).exists()


def test_a_changed_kernel_is_compiled_again(
    tmp_path: Path, runs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled.compile_apart(tmp_path)
    monkeypatch.setattr(compiled, "version", lambda _name: "another numba")
    assert compiled.compile_apart(tmp_path)
    assert len(runs) == 2


def test_a_compiler_that_fails_is_not_taken_for_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(words: list[str], **_options: object) -> None:
        raise subprocess.CalledProcessError(1, words)

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(subprocess.CalledProcessError):
        compiled.compile_apart(tmp_path)
    assert not (tmp_path / compiled.STAMP).exists()
