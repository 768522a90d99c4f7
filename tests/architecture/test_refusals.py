"""What the science refuses is carried as data, and never read out of an English message."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from anlan.science.common.refusal import RefusalError
from anlan.science.flood.terrain import NotATerrainError
from anlan.science.release.substances import NotHeldError
from kit.source import SRC, parse, python_files

if TYPE_CHECKING:
    from pathlib import Path

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SCIENCE = SRC / "science"
FORECAST = SRC / "forecast"
SENTENCES = {kind.__name__ for kind in (RefusalError, NotATerrainError, NotHeldError)}
READERS = ("cyclone/readers.py", "flood/geotiff.py", "flood/terrain.py")


def calls(file: Path, names: set[str]) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(parse(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]


def where(file: Path, node: ast.expr) -> str:
    return f"{file.relative_to(SRC)}:{node.lineno}"


def test_every_refusal_of_the_science_is_said_in_both_languages() -> None:
    found = [(file, call) for file in python_files(SCIENCE) for call in calls(file, SENTENCES)]
    assert len(found) > 60
    mute = []
    for file, call in found:
        said = {word.arg: ast.unparse(word.value) for word in call.keywords}
        if CHINESE.search(ast.unparse(call.args[0])) or not CHINESE.search(said.get("zh", "")):
            mute.append(where(file, call))
    assert not mute, "\n".join(mute)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_of_uploaded_files_refuses_in_both_languages(name: str) -> None:
    file = SCIENCE / name
    plain = [where(file, call) for call in calls(file, {"ValueError"})]
    assert not plain, "\n".join(plain)


def test_no_forecast_shows_or_takes_apart_the_english_of_an_error() -> None:
    wrong = []
    for file in python_files(FORECAST):
        for handler in ast.walk(parse(file)):
            if not isinstance(handler, ast.ExceptHandler) or not handler.name:
                continue
            if "ValueError" not in ast.unparse(handler.type or ast.Constant(None)):
                continue
            for node in ast.walk(handler):
                words = (
                    node.value
                    if isinstance(node, ast.FormattedValue)
                    else node.args[0]
                    if isinstance(node, ast.Call) and ast.unparse(node.func) in {"str", "repr"}
                    else None
                )
                if isinstance(words, ast.Name) and words.id == handler.name:
                    wrong.append(where(file, words))
    assert not wrong, "\n".join(wrong)
    assert "re" not in {
        name.name
        for node in ast.walk(parse(FORECAST / "refusals.py"))
        if isinstance(node, ast.Import)
        for name in node.names
    }
