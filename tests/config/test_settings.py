"""What the settings make of the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from kit.source import ROOT

READ = """
import json, anlan.config.settings as s
print(json.dumps([s.CSRF_TRUSTED_ORIGINS, sorted(s.LOGGING["root"]["handlers"])]))
"""


def read(**env: str) -> list[list[str]]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ANLAN_")}
    said = subprocess.run(
        [sys.executable, "-c", READ],
        env=kept | {"PYTHONPATH": str(ROOT / "src")} | env,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[list[str]] = json.loads(said.stdout)
    return found


def test_forms_from_the_public_address_are_believed() -> None:
    """Behind a proxy with HTTPS the address of the page is not the one that we see."""
    assert read()[0] == []
    assert read(ANLAN_ADDRESS="https://anlan.example.gov.cn/")[0] == [
        "https://anlan.example.gov.cn"
    ]


def test_an_error_of_a_page_leaves_a_trace() -> None:
    assert read()[1] == ["stderr"]
