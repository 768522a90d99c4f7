"""What `make demo` says on a machine that lacks something."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kit.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

OLD_PYTHON = """#!/bin/sh
echo 3.9
"""
PYTHON_WITHOUT_VENV = """#!/bin/sh
case "$2" in *version_info*) echo 3.11 ;; *) exit 1 ;; esac
"""
VENV_WITHOUT_NETWORK = """#!/bin/sh
case "$*" in
  *version_info*) echo 3.11 ;;
  *) echo "WARNING: Retrying: NewConnectionError: Temporary failure in name resolution"; exit 1 ;;
esac
"""


def set_up(tmp_path: Path, **environment: str) -> tuple[int, str]:
    """Run the set-up with an environment folder of its own; return its exit code and words."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "setup.py"), "run"],
        env={"PATH": os.environ["PATH"], "VENV": str(tmp_path / "venv"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.strip().splitlines()[-1]


def program(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_a_missing_venv_module_is_named_with_its_package(tmp_path: Path) -> None:
    code, said = set_up(tmp_path, PYTHON=program(tmp_path / "python", PYTHON_WITHOUT_VENV))
    assert code == 1
    assert "apt install python3.11-venv" in said


def test_a_dead_network_is_named(tmp_path: Path) -> None:
    program(tmp_path / "venv" / "bin" / "python", VENV_WITHOUT_NETWORK)
    code, said = set_up(tmp_path)
    assert code == 1
    assert "连不上软件源" in said


def test_an_interpreter_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    """The one named is too old; the one that runs the set-up is taken, and is asked for venv."""
    program(tmp_path / "venv" / "bin" / "python", OLD_PYTHON)
    broken = {"PYTHON": program(tmp_path / "python", PYTHON_WITHOUT_VENV)}
    code, said = set_up(tmp_path, **broken)
    assert code == 1
    assert "venv" in said


def test_the_script_can_be_read_by_an_old_python() -> None:
    import ast

    source = (ROOT / "tools" / "setup.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__" not in source


def test_a_machine_with_old_pythons_only_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import setup as bootstrap

    monkeypatch.setattr(bootstrap, "version_of", lambda _python: (3, 9))
    with pytest.raises(bootstrap.Missing, match=r"需要 Python 3\.11 或更新版本.*apt install"):
        bootstrap.find_python()
