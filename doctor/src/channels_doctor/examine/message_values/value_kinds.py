"""The kind of an expression, as far as the project's text tells."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Sequence

from ..python.expressions import is_scope_item, string_value, subscript_index, variable_name
from .call_kinds import CallKinds
from .kinds import (
    BYTES,
    DATETIME,
    DECIMAL,
    DICT,
    FUNCTION,
    INSTANCE,
    ITERATOR,
    LIST,
    NONE,
    NUMBER,
    QUERYSET,
    SESSION,
    SET,
    TEXT,
    TIMEDELTA,
    Kind,
)
from .name_kinds import Given, NameKinds
from .narrowing import is_narrowed

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.resolver.classes import Resolver
    from .lookups import Models, Sites
    from .scope import Scope

MAX_DEPTH = 30  # expressions in expressions, through names and functions
LITERALS = {
    ast.JoinedStr: TEXT, ast.Dict: DICT, ast.DictComp: DICT, ast.List: LIST, ast.ListComp: LIST,
    ast.Tuple: LIST, ast.Set: SET, ast.SetComp: SET, ast.GeneratorExp: ITERATOR,
    ast.Lambda: FUNCTION, ast.Compare: NUMBER,
}  # fmt: skip
KEEPING_OPERATORS = (ast.Add, ast.Sub, ast.Mult)
KEPT = {DATETIME, TIMEDELTA, DECIMAL, TEXT}  # whatever is on the right
SLICED = {TEXT, LIST, QUERYSET}  # a slice of one has its kind
SCOPE_ITEMS = {"query_string": BYTES, "session": SESSION, "path": TEXT}
CONSTANTS = {str: TEXT, bytes: BYTES, int: NUMBER, float: NUMBER, bool: NUMBER, type(None): NONE}


class ValueKinds:
    """Finds the kinds of expressions; a name with values of several kinds has none.

    `given` are the kinds of parameters, by the function and the name.
    """

    def __init__(self, resolver: Resolver, models: Models, sites: Sites, given: Given) -> None:
        self.resolver, self.models, self.sites = resolver, models, sites
        self._calls = CallKinds(self)
        self._names = NameKinds(self, given)
        self._running: list[ast.AST] = []

    def kind(self, scope: Scope, node: Any) -> Kind | None:
        """Return the kind of an expression, None when it is unknown."""
        if node is None or node in self._running or len(self._running) > MAX_DEPTH:
            return None
        self._running.append(node)
        try:
            return self._kind(scope, node)
        finally:
            self._running.pop()

    def _kind(self, scope: Scope, node: Any) -> Kind | None:
        literal = LITERALS.get(type(node))
        if literal:
            return Kind(literal)
        if isinstance(node, ast.Constant):
            name = CONSTANTS.get(type(node.value))
            return Kind(name) if name else None
        scope_kind = self._scope_item(node)
        if scope_kind:
            return scope_kind
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        return handler(scope, node) if handler else None

    def _scope_item(self, node: ast.AST) -> Kind | None:
        if is_scope_item(node, "user"):
            return self.models.user()
        name = next((name for key, name in SCOPE_ITEMS.items() if is_scope_item(node, key)), None)
        return Kind(name) if name else None

    def _ifexp(self, scope: Scope, node: ast.IfExp) -> Kind | None:
        return self.common(scope, [node.body, node.orelse])

    def _boolop(self, scope: Scope, node: ast.BoolOp) -> Kind | None:
        return self.common(scope, node.values) if isinstance(node.op, ast.Or) else None

    def _binop(self, scope: Scope, node: ast.BinOp) -> Kind | None:
        """Return the kind of the left side where an operator keeps it."""
        left, right = self.kind(scope, node.left), self.kind(scope, node.right)
        if left is None or not isinstance(node.op, KEEPING_OPERATORS):
            return left if left and left.name == TEXT else None
        if left.name == DATETIME and isinstance(node.op, ast.Sub):
            is_moved = right is not None and right.name == TIMEDELTA
            return left if is_moved else Kind(TIMEDELTA) if right == left else None
        return left if left.name in KEPT or left == right else None

    def _await(self, scope: Scope, node: ast.Await) -> Kind | None:
        return self._calls.awaited(scope, node)

    def _name(self, scope: Scope, node: ast.Name) -> Kind | None:
        return None if is_narrowed(scope, node) else self._names.name(scope, node)

    def _attribute(self, scope: Scope, node: ast.Attribute) -> Kind | None:
        return None if is_narrowed(scope, node) else self._names.attribute(scope, node)

    def _call(self, scope: Scope, node: ast.Call) -> Kind | None:
        read = read_attribute(node)
        if read is None:
            return self._calls.call(scope, node)
        default = self.kind(scope, node.args[2]) if node.args[2:] else Kind(NONE)
        found = self._names.attribute(scope, read)
        return found if default in (Kind(NONE), found) else None

    def _subscript(self, scope: Scope, node: ast.Subscript) -> Kind | None:
        """Return the kind of a slice, or of one instance of a query set."""
        holder = self.kind(scope, node.value)
        if holder and isinstance(node.slice, ast.Slice):
            return holder if holder.name in SLICED else None
        is_row = holder and holder.name == QUERYSET and holder.fields is None
        is_number = isinstance(getattr(subscript_index(node), "value", None), int)
        return Kind(INSTANCE, holder.model) if holder and is_row and is_number else None

    def common(self, scope: Scope, nodes: Sequence[ast.AST]) -> Kind | None:
        """Return the one kind of several expressions; None as a value does not count."""
        kinds = [self.kind(scope, each) for each in nodes]
        kinds = [each for each in kinds if each != Kind(NONE)]
        return kinds[0] if kinds and all(each == kinds[0] for each in kinds) else None

    def returned(self, called: Definition) -> Kind | None:
        """Return the kind of what a function returns; None as a value does not count."""
        return self._calls.returned(called)

    def argument(self, called: Definition, name: str) -> Kind | None:
        """Return the kind that all calls of a function give to a parameter."""
        return self._calls.argument(called, name)

    def called(self, scope: Scope, function: ast.expr) -> Definition | None:
        """Return the function of the project that an expression names, or a model's method."""
        return self._calls.called(scope, function)


def read_attribute(node: ast.Call) -> ast.Attribute | None:
    """Return `x.name` for `getattr(x, "name", …)`, None for another call."""
    holder, name = [*node.args, None, None][:2]
    is_read = variable_name(node.func) == "getattr" and bool(string_value(name))
    return ast.Attribute(holder, string_value(name), ast.Load()) if is_read and holder else None  # type: ignore[arg-type]
