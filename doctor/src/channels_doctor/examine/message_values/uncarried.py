"""The parts of a message that the channel layer, or JSON, cannot carry."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..python.definitions import Definition
from ..python.expressions import all_arguments, variable_name, walk_body
from .field_kinds import FIELD_DICTS, fields_of_dict, read_fields
from .kinds import DICT, INSTANCE, LIST, MANAGER, QUERYSET
from .narrowing import is_narrowed
from .scope import Scope, added_items, bindings, scope_in, scope_of

if TYPE_CHECKING:
    from ..python.modules import Module
    from .lookups import Values

KEY = "a key that is no text"
LISTS = {"list", "tuple", "sorted"}
CONTAINERS = (ast.Dict, ast.List, ast.Name)
MAX_DEPTH = 12  # values in values


class Uncarried(NamedTuple):
    """An expression whose value cannot be carried, with its module and its kind.

    `is_inside` says that a field of its rows has the kind, and not the value itself.
    """

    module: Module
    node: ast.expr
    kind: str
    is_inside: bool = False


class MessageReader:
    """Reads messages, part by part.

    `carried` are the kinds of values that pass, and `keys` those of the keys of dictionaries.
    """

    def __init__(self, values: Values, carried: set[str], keys: set[str]) -> None:
        self._values = values
        self._carried, self._keys = carried, keys

    def parts(self, scope: Scope, node: Any, depth: int = 0) -> Iterator[Uncarried]:
        """Yield the parts of an expression that cannot be carried."""
        if depth > MAX_DEPTH or node is None:
            return
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler:
            yield from handler(scope, node, depth + 1)
        else:
            yield from self._value(scope, node)

    def _value(self, scope: Scope, node: ast.expr) -> Iterator[Uncarried]:
        kind = self._values.kind(scope, node)
        if kind and kind.name not in self._carried:
            yield Uncarried(scope.module, node, QUERYSET if kind.name == MANAGER else kind.name)

    def _dict(self, scope: Scope, node: ast.Dict, depth: int) -> Iterator[Uncarried]:
        for key, value in zip(node.keys, node.values):
            if key is not None:
                yield from self._key(scope, key)
            yield from self.parts(scope, value, depth)

    def _key(self, scope: Scope, key: ast.expr) -> Iterator[Uncarried]:
        kind = self._values.kind(scope, key)
        if kind and kind.name not in self._keys:
            yield Uncarried(scope.module, key, KEY)

    def _dictcomp(self, scope: Scope, node: ast.DictComp, depth: int) -> Iterator[Uncarried]:
        yield from self._key(scope, node.key)
        yield from self.parts(scope, node.value, depth)

    def _list(self, scope: Scope, node: Any, depth: int) -> Iterator[Uncarried]:
        for each in node.elts:
            yield from self.parts(scope, each, depth)

    _tuple = _list

    def _listcomp(self, scope: Scope, node: ast.ListComp, depth: int) -> Iterator[Uncarried]:
        yield from self.parts(scope, node.elt, depth)

    def _ifexp(self, scope: Scope, node: ast.IfExp, depth: int) -> Iterator[Uncarried]:
        yield from self.parts(scope, node.body, depth)
        yield from self.parts(scope, node.orelse, depth)

    def _binop(self, scope: Scope, node: ast.BinOp, depth: int) -> Iterator[Uncarried]:
        if isinstance(node.op, ast.BitOr):
            yield from self.parts(scope, node.left, depth)
            yield from self.parts(scope, node.right, depth)
        else:
            yield from self._value(scope, node)

    def _name(self, scope: Scope, node: ast.Name, depth: int) -> Iterator[Uncarried]:
        """Yield the parts of a variable's only value, and of the items that are set in it."""
        if is_narrowed(scope, node):
            return
        found = bindings(scope, node.id)
        if scope.has_parameter(node.id) and not found:
            yield from self._given(scope, node, depth)
        elif len(found) != 1 or found[0].value is None or found[0].is_item:
            yield from self._value(scope, node)
        else:
            for part in self.parts(scope, found[0].value, depth):
                # The message has the variable, so its place is there.
                is_whole = part.node is found[0].value
                yield part._replace(node=node) if is_whole else part
        for value in added_items(scope, node.id):
            yield from self.parts(scope, value, depth)

    def _given(self, scope: Scope, node: ast.Name, depth: int) -> Iterator[Uncarried]:
        """Yield the parts of what the calls of a function give to a parameter."""
        parts = list(self._value(scope, node))
        yield from parts
        if not parts:
            called = Definition(scope.module, scope.function)
            for module, given in self._values.sites.arguments(called, node.id):
                if isinstance(given, CONTAINERS):
                    yield from self.parts(scope_of(module, given), given, depth)

    def _call(self, scope: Scope, node: ast.Call, depth: int) -> Iterator[Uncarried]:
        name = scope.module.full_name(node.func)
        if name == "dict" and not node.args:
            for each in node.keywords:
                yield from self.parts(scope, each.value, depth)
        elif name in LISTS and node.args:
            yield from self._items(scope, node.args[0], depth)
        elif name in FIELD_DICTS and node.args:
            names = fields_of_dict(self._values, scope, node, self._carried)
            yield from (Uncarried(scope.module, node, each, is_inside=True) for each in names)
        else:
            yield from self._returned(scope, node, node, depth)

    def _await(self, scope: Scope, node: ast.Await, depth: int) -> Iterator[Uncarried]:
        call: Any = node.value
        wrapped = all_arguments(getattr(call, "func", None))[:1]
        if wrapped and variable_name(wrapped[0]) in LISTS and call.args:
            yield from self._items(scope, call.args[0], depth)
        else:
            yield from self._returned(scope, node, call, depth)

    def _returned(self, scope: Scope, node: Any, call: Any, depth: int) -> Iterator[Uncarried]:
        """Yield the parts of what a function of the project returns."""
        called = self._values.called(scope, call.func) if isinstance(call, ast.Call) else None
        kind = self._values.kind(scope, node)
        if called is None or kind is None or kind.name not in {DICT, LIST}:
            yield from self._value(scope, node)
            return
        returns = (each for each in walk_body(called.node.body) if isinstance(each, ast.Return))
        for value in (each.value for each in returns if each.value):
            is_made = isinstance(value, ast.Call) and kind.name == LIST  # as list(rows)
            for part in self.parts(scope_in(called), value, depth):
                yield part._replace(module=scope.module, node=node) if is_made else part

    def _items(self, scope: Scope, node: ast.expr, depth: int) -> Iterator[Uncarried]:
        """Yield what is wrong with the items of a list that is made of something else."""
        if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
            yield from self.parts(scope, node.elt, depth)
            return
        kind = self._values.kind(scope, node)
        if kind is None or kind.name not in {QUERYSET, MANAGER}:
            return
        if kind.fields is None:
            yield Uncarried(scope.module, node, INSTANCE)
        elif kind.model and kind.model.is_class:
            names = read_fields(self._values.models, kind.model, kind.fields, self._carried)
            yield from (Uncarried(scope.module, node, each, is_inside=True) for each in names)
