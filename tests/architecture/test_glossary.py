"""The glossary names what exists, in the words that stand on the screen."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from kit.source import ROOT, SRC, parse, python_files

if TYPE_CHECKING:
    from django.db.models import Model

GLOSSARY = ROOT / "docs" / "glossary.md"
COLUMNS = 4
Row = tuple[str, tuple[str, ...]]


@cache
def rows() -> tuple[Row, ...]:
    """Return (Chinese term, code names) of every row."""
    found = []
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "中文术语":
            assert len(cells) == COLUMNS, line
            assert all(cells), line
            found.append((cells[0], tuple(re.findall(r"`([^`]+)`", cells[1]))))
    return tuple(found)


def names_of(node: ast.AST) -> set[str]:
    """Return the names that a statement binds: of a class, a function, a variable."""
    match node:
        case ast.ClassDef() | ast.FunctionDef():
            return {node.name}
        case ast.Assign():
            return {target.id for target in node.targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.arg(arg=name):
            return {name}
        case _:
            return set()


@cache
def bound() -> frozenset[str]:
    """Return every name bound anywhere in the source, and `Class.member` of every class."""
    names: set[str] = set()
    for path in python_files(SRC):
        for node in ast.walk(parse(path)):
            names |= names_of(node)
            if isinstance(node, ast.ClassDef):
                names |= {f"{node.name}.{m}" for part in node.body for m in names_of(part)}
    return frozenset(names)


@cache
def told() -> frozenset[str]:
    """Return the words of the tables that plans are written in."""
    tables = (SRC / "plans" / "data").glob("*.csv")
    return frozenset(
        line.split(",")[0] for table in tables for line in table.read_text("utf-8").splitlines()
    )


def test_every_row_has_a_term_and_a_name() -> None:
    assert len(rows()) > 100
    assert [term for term, names in rows() if not names] == []


def test_no_term_stands_twice() -> None:
    terms = [term for term, _ in rows()]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def test_every_code_name_exists() -> None:
    named = {name for _, names in rows() for name in names}
    assert sorted(named - bound() - told()) == []


OURS = [model for model in apps.get_models() if model.__module__.startswith("anlan.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_table_has_a_row_with_its_chinese_name(model: type[Model]) -> None:
    terms = [term for term, names in rows() if model.__name__ in names]
    wanted = str(model._meta.verbose_name)
    assert any(term.split("（")[0] == wanted for term in terms), (
        f"docs/glossary.md: a row `{wanted}` | `{model.__name__}` is wanted, found {terms}"
    )


def test_every_kind_and_state_has_a_row() -> None:
    """Classes of `choices.py` are the words of a room: each is in the glossary."""
    named = {name for _, names in rows() for name in names}
    choices = {
        node.name
        for path in SRC.rglob("choices.py")
        for node in parse(path).body
        if isinstance(node, ast.ClassDef)
    }
    assert sorted(choices - named) == []
