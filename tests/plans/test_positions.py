"""The line index agrees with `tomllib` on what is there, and with the text on where it is."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plans.rules.positions import line_index

if TYPE_CHECKING:
    from collections.abc import Iterator

AWKWARD = '''# a comment with [brackets] and key = "value"
top = """
[not.a.header]
id = "not a key"
"""
'literal "key"' = 'a # no comment'
"quoted.key" = "\\"] # still a string"
[a.b]   # comment
c.d = { x = 1, "y z" = [1, [2, 3]], w = "}" }
e = [
  "one",   # ] not the end
  # a whole line
  """two
  lines""", { f = 1 },
]
[[list]]
id = 1
[[list.inner]]
id = 2
[list.inner.deep]
v = 2026-01-01T10:00:00+08:00
[[list.inner]]
id = 3
[[list]]
[[list.inner]]
id = \'\'\'four'\'\'\'
[z]
five = """quote: ""\\""""""
six = 1e-3'''


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from paths(inner, (*path, number))


def examples() -> list[str]:
    folder = files("anlan.plans") / "examples"
    return [p.read_text(encoding="utf-8") for p in folder.iterdir() if p.name.endswith(".toml")]


@pytest.mark.parametrize("text", [AWKWARD, *examples()])
def test_the_index_has_the_paths_of_the_document_and_no_other(text: str) -> None:
    assert set(line_index(text)) == set(paths(tomllib.loads(text)))


@pytest.mark.parametrize("text", examples())
def test_a_key_stands_on_the_line_that_the_index_gives(text: str) -> None:
    lines = text.splitlines()
    for path, line in line_index(text).items():
        key = path[-1]
        if isinstance(key, str) and not lines[line - 1].startswith("[["):
            assert key in lines[line - 1]


def test_awkward_text_is_placed_by_hand_count() -> None:
    index = line_index(AWKWARD)
    assert index["top",] == 2
    assert index['literal "key"',] == 6
    assert index["quoted.key",] == 7
    assert index["a", "b"] == 8
    assert index["a", "b", "c", "d", "y z", 1, 0] == 9
    assert index["a", "b", "e", 1] == 13
    assert index["a", "b", "e", 2, "f"] == 14
    assert index["list", 0, "inner", 0, "deep", "v"] == 21
    assert index["list", 0, "inner", 1, "id"] == 23
    assert index["list", 1, "inner", 0, "id"] == 26
    assert index["z", "six"] == 29


def test_windows_line_ends_do_not_shift_the_lines() -> None:
    text = 'a = 1\r\nb = """x\r\ny"""\r\nc = 3\r\n'
    assert line_index(text)["c",] == 4


KEYS = st.text("abcdefgh_-0123456789", min_size=1, max_size=6)
SCALARS = st.one_of(
    st.integers(-9, 9).map(str),
    st.sampled_from(["true", "1.5", '"a#]\\"b"', "'x = [1]'", '"""m\n[[t]]\nk = 1"""', "07:32:00"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3).map(lambda v: "[\n" + ",  # c ]\n".join(v) + "]"),
    max_leaves=6,
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["[[t]]", "[[t.u]]", ""]), st.dictionaries(KEYS, VALUES)),
        max_size=6,
    )
)
def test_any_document_is_indexed_whole(blocks: list[tuple[str, dict[str, str]]]) -> None:
    text = ""
    for header, pairs in blocks:
        text += f"{header}\n" + "".join(f"{k} = {v}\n" for k, v in pairs.items())
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a key given twice, or a list made twice: refused before it is indexed
    index = line_index(text)
    assert set(index) == set(paths(document))
    lines = text.splitlines()
    for path, line in index.items():
        if isinstance(path[-1], str) and not lines[line - 1].startswith("["):
            assert lines[line - 1].startswith(path[-1])
