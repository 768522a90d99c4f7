"""Check constraints, told in Python: Django asks the database once a constraint and row.

Fifty thousand rows with two constraints each would be a hundred thousand queries.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Q

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

__all__ = ["broken_constraints"]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class _NotInPythonError(Exception):
    """A condition that only the database understands."""


def broken_constraints(row: Model) -> list[str]:
    """Return the message of every constraint of its model that `row` breaks."""
    broken = []
    for constraint in row._meta.constraints:
        try:
            if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q):
                holds = _holds(constraint.condition, row) is not False
            else:
                raise _NotInPythonError
        except _NotInPythonError:
            holds = _database_holds(constraint, row)
        if not holds:
            broken.append(str(constraint.get_violation_error_message()))
    return broken


def _database_holds(constraint: Any, row: Model) -> bool:
    try:
        constraint.validate(type(row), row)
    except ValidationError:
        return False
    return True


def _holds(condition: Q, row: Model) -> bool | None:
    """Return True, False, or None where SQL would say NULL: a check lets that pass."""
    parts = [
        _holds(child, row) if isinstance(child, Q) else _compared(child, row)
        for child in condition.children
    ]
    if condition.connector == Q.AND:
        result = False if False in parts else (None if None in parts else True)
    elif condition.connector == Q.OR:
        result = True if True in parts else (None if None in parts else False)
    else:
        raise _NotInPythonError
    return (None if result is None else not result) if condition.negated else result


def _compared(child: Any, row: Model) -> bool | None:
    if not isinstance(child, tuple):
        raise _NotInPythonError
    name, _, lookup = child[0].partition("__")
    left: Any = getattr(row, name)
    right: Any = child[1]
    if lookup == "isnull":
        return bool((left is None) == right)
    if isinstance(right, F):
        other: str = vars(right)["name"]
        if "__" in other:
            raise _NotInPythonError
        right = getattr(row, other)
    elif hasattr(right, "resolve_expression"):
        raise _NotInPythonError
    if (lookup or "exact") not in COMPARE:
        raise _NotInPythonError
    if left is None or right is None:
        return None
    return COMPARE[lookup or "exact"](left, right)
