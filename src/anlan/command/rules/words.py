"""Words that people enter: not empty where asked for, not too long, printable."""

from __future__ import annotations

from anlan.command.types import Problem, RefusedError
from anlan.core.words import unfit_words

__all__ = ["problem_of_words", "words", "words_asked_for"]

LONGEST = 300


def problem_of_words(field: str, label: str, value: str, longest: int = LONGEST) -> Problem | None:
    """Return what is wrong with words that may be empty, or nothing."""
    if len(value) > longest:
        return Problem(field, label, f"最多 {longest} 字", f"{len(value)} 字")
    unfit = unfit_words(value)
    return None if unfit is None else Problem(field, label, *unfit)


def words(field: str, label: str, value: str, *, longest: int = LONGEST) -> str:
    """Return the words without blanks around them.

    Raises
    ------
    RefusedError
        If they are too long or cannot be printed.
    """
    stripped = value.strip()
    problem = problem_of_words(field, label, stripped, longest)
    if problem is not None:
        raise RefusedError(problem)
    return stripped


def words_asked_for(
    field: str, label: str, value: str, *, rule: str = "必须写明", longest: int = LONGEST
) -> str:
    """Return the words without blanks around them.

    Raises
    ------
    RefusedError
        If there are none, they are too long, or cannot be printed.
    """
    stripped = words(field, label, value, longest=longest)
    if not stripped:
        raise RefusedError(Problem(field, label, rule, value))
    return stripped
