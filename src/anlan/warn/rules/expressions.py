"""Judge an expression of the table of signals, such as `gust_bft>=8 or rain_3h>=50`.

A reader of a few forms of Python's syntax tree: names, numbers, texts, comparisons, `and`, `or`,
`not`. Anything else is refused; nothing is ever executed. A value that is not known makes a
comparison unknown (None), and `and`, `or` follow the three-valued logic of Kleene: what is known
may already decide.
"""

from __future__ import annotations

import ast
import operator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["BadExpressionError", "Value", "judge", "variables"]

Value = float | str | bool | None

MAX_LENGTH = 300

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.GtE: operator.ge,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.Lt: operator.lt,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class BadExpressionError(ValueError):
    """The expression holds something that a table of signals has no need of."""


def judge(expression: str, values: Mapping[str, Value]) -> bool | None:
    """Return whether the expression holds; None when what is known does not decide.

    Raises
    ------
    BadExpressionError
        If the expression is not of the allowed form, or compares a text with a number.
    """
    return _judge(_tree(expression), values)


def variables(expression: str) -> tuple[str, ...]:
    """Return the names in an expression, each once, in their order."""
    names = [node.id for node in ast.walk(_tree(expression)) if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(names))


@cache
def _tree(expression: str) -> ast.expr:
    if len(expression) > MAX_LENGTH:
        raise BadExpressionError(f"expression must be <= {MAX_LENGTH} characters")
    try:
        tree = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpressionError(f"not an expression: {expression!r}") from error
    _demand_allowed(tree)
    return tree


def _demand_allowed(node: ast.expr) -> None:
    match node:
        case ast.BoolOp(values=parts):
            for part in parts:
                _demand_allowed(part)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            _demand_allowed(inner)
        case ast.Compare(left=left, ops=ops, comparators=rights) if all(
            type(op) in _COMPARE for op in ops
        ):
            for side in (left, *rights):
                _demand_operand(side)
        case ast.Name():
            pass
        case _:
            raise BadExpressionError(f"not allowed here: {ast.unparse(node)!r}")


def _demand_operand(node: ast.expr) -> None:
    match node:
        case ast.Name() | ast.Constant(value=int() | float() | str()):
            pass
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            pass
        case _:
            raise BadExpressionError(f"not allowed in a comparison: {ast.unparse(node)!r}")


def _judge(node: ast.expr, values: Mapping[str, Value]) -> bool | None:
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return _all([_judge(part, values) for part in parts])
        case ast.BoolOp(values=parts):
            return _not(_all([_not(_judge(part, values)) for part in parts]))
        case ast.UnaryOp(operand=inner):
            return _not(_judge(inner, values))
        case ast.Compare(left=left, ops=ops, comparators=rights):
            sides = [_operand(side, values) for side in (left, *rights)]
            return _all(
                [
                    _compare(op, low, high)
                    for op, low, high in zip(ops, sides[:-1], sides[1:], strict=True)
                ]
            )
        case _:
            value = _operand(node, values)
            return None if value is None else bool(value)


def _operand(node: ast.expr, values: Mapping[str, Value]) -> Value:
    match node:
        case ast.Name(id=name):
            value = values.get(name)
            return None if value is None or value != value else value  # NaN is not known
        case ast.Constant(value=int() | float() | str() as value):
            return value
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() as value)):
            return -value
    raise BadExpressionError(f"not allowed in a comparison: {ast.unparse(node)!r}")


def _compare(op: ast.cmpop, left: Value, right: Value) -> bool | None:
    if left is None or right is None:
        return None
    if isinstance(left, str) != isinstance(right, str):
        raise BadExpressionError(f"a text and a number do not compare: {left!r}, {right!r}")
    return bool(_COMPARE[type(op)](left, right))


def _all(parts: list[bool | None]) -> bool | None:
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def _not(value: bool | None) -> bool | None:  # noqa: FBT001  (one operand)
    return None if value is None else not value
