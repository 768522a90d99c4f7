"""What the documents tell a reader to type exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.management import get_commands

from anlan.cli.main import COMMANDS
from kit.source import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def typed(program: str) -> set[tuple[str, str]]:
    """Return (document, first word after the program) of everything in code that begins with it."""
    found = set()
    for document in DOCUMENTS:
        for code in CODE.findall(document.read_text(encoding="utf-8")):
            for word in re.findall(rf"(?:^|[`\n]|bin/|&& ){program} ([a-z][a-z_-]*)", code):
                found.add((document.name, word))
    return found


def test_every_anlan_command_exists() -> None:
    named = typed("anlan")
    assert len(named) > 10
    known = {*COMMANDS, *get_commands()}
    assert sorted(entry for entry in named if entry[1] not in known) == []


def test_every_make_target_exists() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    named = typed("make")
    assert named
    assert sorted(entry for entry in named if entry[1] not in targets) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    """Links to pages and pictures of the repository; addresses of the web are left alone."""
    links = re.findall(r"\]\(([^)#\s]+)\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (document.parent / link).exists()] == []
