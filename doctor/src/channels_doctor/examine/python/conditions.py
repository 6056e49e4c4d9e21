"""What the text of conditions tells: constants, and tests that exclude each other."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from .expressions import argument, attribute_name, constant_value

if TYPE_CHECKING:
    from .modules import Module

OPPOSITE_OPERATORS = {
    ast.Eq: ast.NotEq, ast.Is: ast.IsNot, ast.In: ast.NotIn, ast.Lt: ast.GtE, ast.Gt: ast.LtE,
}  # fmt: skip
OPPOSITE_ATTRIBUTES = {"is_authenticated", "is_anonymous"}


def is_constant_true(test: ast.AST) -> bool:
    """Return whether a condition is `True` or `1`."""
    return isinstance(test, ast.Constant) and bool(constant_value(test))


def is_always_true(module: Module, test: ast.AST) -> bool:
    """Return whether a condition is true however often it is tested.

    It is a constant, or awaits `asyncio.sleep()`, which returns its `result`.
    """
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        result = _constant_result(module, test.operand)
        return result is not None and not result.value
    result = _constant_result(module, test)
    return result is not None and bool(result.value)


def _constant_result(module: Module, node: ast.AST) -> ast.Constant | None:
    """Return a constant, and that which an awaited `asyncio.sleep()` returns."""
    call = node.value if isinstance(node, ast.Await) else None
    if isinstance(call, ast.Call) and module.full_name(call.func) == "asyncio.sleep":
        node = argument(call, 1, "result") or ast.Constant(None)
    return node if isinstance(node, ast.Constant) else None


def is_exhaustive(node: ast.If) -> bool:
    """Return whether an `if` without `else` tests the opposite of the `if` that it follows.

    `node` is the first one, as in `if user: … elif not user: …`.
    """
    following = node.orelse[0] if len(node.orelse) == 1 else None
    if not isinstance(following, ast.If) or following.orelse:
        return False
    return are_opposites(node.test, following.test)


def are_opposites(one: Any, other: Any) -> bool:
    """Return whether exactly one of two conditions is true, as their text tells."""
    if _is_negation(one, other) or _is_negation(other, one):
        return True
    if isinstance(one, ast.Compare) and isinstance(other, ast.Compare):
        return _are_opposite_comparisons(one, other)
    names = {attribute_name(one), attribute_name(other)}
    return names == OPPOSITE_ATTRIBUTES and ast.dump(one.value) == ast.dump(other.value)


def _is_negation(one: ast.expr, other: ast.expr) -> bool:
    is_not = isinstance(one, ast.UnaryOp) and isinstance(one.op, ast.Not)
    return is_not and ast.dump(one.operand) == ast.dump(other)  # type: ignore[attr-defined]


def _are_opposite_comparisons(one: ast.Compare, other: ast.Compare) -> bool:
    if len(one.ops) != 1 or len(other.ops) != 1:
        return False
    kinds = type(one.ops[0]), type(other.ops[0])
    opposite = OPPOSITE_OPERATORS.get(kinds[0]) is kinds[1] or (
        OPPOSITE_OPERATORS.get(kinds[1]) is kinds[0]
    )
    same = ast.dump(one.left) == ast.dump(other.left)
    return opposite and same and ast.dump(one.comparators[0]) == ast.dump(other.comparators[0])


def conditions(test: ast.expr) -> Iterator[ast.expr]:
    """Yield the expressions whose truth a condition asks for."""
    if isinstance(test, ast.BoolOp):
        for each in test.values:
            yield from conditions(each)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from conditions(test.operand)
    else:
        yield test
