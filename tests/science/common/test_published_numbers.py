"""The table of known numbers names tests that exist."""

import re

from kit.source import ROOT

TABLE = ROOT / "docs" / "develop" / "published-numbers.md"


def test_every_test_that_the_table_names_exists() -> None:
    named = re.findall(r"`([a-z_]+/test_\w+\.py)::(test_\w+)`", TABLE.read_text(encoding="utf-8"))
    assert len(named) > 50
    for file, test in named:
        text = (ROOT / "tests" / "science" / file).read_text(encoding="utf-8")
        assert f"def {test}(" in text, f"{file}::{test}"
