"""A start: what must be there before the first visitor, and what must never be done beside him."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from anlan.config import kernels
from anlan.science.common.compiled import warm_up

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


class Compiler:
    """A compiler that only notes that it was started."""

    started: list[list[str]]
    returncode = 0

    def __init__(self, words: list[str]) -> None:
        self.args = words
        self.started.append(words)

    def wait(self) -> int:
        return self.returncode


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> type[Compiler]:
    class Noted(Compiler):
        started: list[list[str]] = []

    monkeypatch.setenv("NUMBA_CACHE_DIR", "/no/such/folder")
    monkeypatch.setattr(subprocess, "Popen", Noted)
    return Noted


def test_kernels_are_compiled_once_and_in_processes_of_their_own(
    tmp_path: Path, compiler: type[Compiler]
) -> None:
    assert kernels.compile_apart(tmp_path)
    assert len(compiler.started) == os.cpu_count()
    assert all(words[0] == sys.executable for words in compiler.started)
    assert len({words[-1] for words in compiler.started}) == len(compiler.started)
    assert not kernels.compile_apart(tmp_path)
    assert len(compiler.started) == os.cpu_count()


def test_every_data_folder_shares_what_is_compiled(
    tmp_path: Path, compiler: type[Compiler], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "kernels"
    shared.mkdir()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(shared))
    assert kernels.compile_apart(tmp_path / "one")
    assert not kernels.compile_apart(tmp_path / "another")
    assert (shared / kernels.STAMP).exists()


def test_a_changed_kernel_is_compiled_again(
    tmp_path: Path, compiler: type[Compiler], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernels.compile_apart(tmp_path)
    before = len(compiler.started)
    monkeypatch.setattr(kernels, "version", lambda _name: "another numba")
    assert kernels.compile_apart(tmp_path)
    assert len(compiler.started) == 2 * before


def test_a_compiler_that_fails_is_not_taken_for_done(
    tmp_path: Path, compiler: type[Compiler], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler, "returncode", 1)
    with pytest.raises(subprocess.CalledProcessError):
        kernels.compile_apart(tmp_path)
    assert not (tmp_path / kernels.STAMP).exists()


def test_a_second_start_waits_for_the_compiler_of_the_first(
    tmp_path: Path, compiler: type[Compiler], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two servers that start together must not both compile for minutes."""
    first_may_end = threading.Event()
    monkeypatch.setattr(compiler, "wait", lambda _self: first_may_end.wait(30) and 0)
    did: list[bool] = []
    starts = [
        threading.Thread(target=lambda: did.append(kernels.compile_apart(tmp_path)))
        for _ in range(2)
    ]
    for start in starts:
        start.start()
    first_may_end.set()
    for start in starts:
        start.join()
    assert sorted(did) == [False, True]


def test_a_compiler_ends_with_the_one_who_asked() -> None:
    """Left alone it would take the machine's time for minutes after a stop."""
    alone = "from anlan.config.kernels import compile_part; compile_part(0, 1, parent=1 << 22)"
    ended = subprocess.run([sys.executable, "-c", alone], timeout=60, check=False)
    assert ended.returncode == 1


def test_every_kernel_is_in_one_share() -> None:
    shares = [set(warm_up(part, 2)) for part in range(2)]
    assert not shares[0] & shares[1]
    assert shares[0] | shares[1] == set(warm_up())
