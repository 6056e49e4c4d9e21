"""The ORM types that cross functions: attributes of `self`, and what a function returns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Callable, Iterator, Sequence

from ..channels.api import TO_THREAD
from ..python.definitions import Definition, assignment_targets
from ..python.expressions import attribute_name, is_variable, own_attribute, walk_body
from ..python.thread_decorators import runs_in_thread
from .name_uses import may_run_earlier
from .query_methods import QUERYSET

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module
    from .orm_type import OrmType, TypesInFunction


MakeTypes = Callable[["Module", "Function"], "TypesInFunction"]


class ClassTypes:
    """Finds these types, each once; one that depends on itself is unknown."""

    def __init__(self, project: Project, make_types: MakeTypes) -> None:
        self._project, self._make_types = project, make_types
        self._types: dict[Function, TypesInFunction] = {}
        self._returned: dict[ast.AST, OrmType | None] = {}
        self._attributes: dict[tuple[ast.AST, str], OrmType | None] = {}

    def in_function(self, module: Module, function: Function) -> TypesInFunction:
        """Return the types of the expressions in a function."""
        if function not in self._types:
            self._types[function] = self._make_types(module, function)
        return self._types[function]

    def attribute(self, module: Module, node: ast.Attribute) -> OrmType | None:
        """Return the type of `self.name`, when each assignment in the class gives it the same."""
        cls = self._project.resolver.enclosing_class(module, node)
        if cls is None:
            return None
        key = (cls.node, node.attr)
        if key not in self._attributes:
            self._attributes[key] = None  # ends a recursion
            self._attributes[key] = _common(list(self._assigned(cls, node.attr)))
        return self._attributes[key]

    def _assigned(self, cls: Definition, name: str) -> Iterator[OrmType | None]:
        for each in self._project.resolver.mro(cls):
            for method in each.methods():
                for value in _values_of(method, name):
                    yield self.in_function(each.module, method).type_of(value)

    def awaited(self, types: TypesInFunction, module: Module, call: ast.Call) -> OrmType | None:
        """Return the type of the result of an awaited call, which a thread may have computed."""
        wrapper = call.func
        if isinstance(wrapper, ast.Call) and module.full_name(wrapper.func) in TO_THREAD:
            target = wrapper.args[0] if wrapper.args else None
            return self._in_thread(types, module, target, call)
        called = self._project.resolver.function(module, call.func)
        if called is None:
            return None
        is_async = isinstance(called.node, ast.AsyncFunctionDef) and called.is_undecorated
        return self._result(called) if is_async or runs_in_thread(called) else None

    def _in_thread(
        self, types: TypesInFunction, module: Module, target: Any, call: ast.Call
    ) -> OrmType | None:
        if isinstance(target, ast.Lambda):
            return types.type_of(target.body)
        called = self._project.resolver.function(module, target) if target else None
        if called:
            return self._result(called)
        return types.type_of(ast.Call(target, call.args, call.keywords)) if target else None

    def _result(self, called: Definition) -> OrmType | None:
        if called.node not in self._returned:
            self._returned[called.node] = None  # ends a recursion
            self._returned[called.node] = self._returned_type(called)
        return self._returned[called.node]

    def _returned_type(self, called: Definition) -> OrmType | None:
        types = self.in_function(called.module, called.node)
        nodes = list(walk_body(called.node.body))
        if any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in nodes):
            return None
        returns = [each.value for each in nodes if isinstance(each, ast.Return)]
        values = [each for each in returns if not _is_none(each)]
        found = _common([_unread_type(types, each, nodes) for each in values])
        if found is None or found.loaded is None or found.name == QUERYSET:
            return found
        # What the function reads is loaded.
        return found._replace(loaded=found.loaded | {attribute_name(each) for each in nodes})


def _values_of(method: Function, name: str) -> Iterator[ast.expr]:
    """Yield the values that a method gives to `self.name`; None does not count."""
    for node in walk_body(method.body):
        for target in assignment_targets(node):
            if own_attribute(target) == name and not _is_none(node.value):
                yield node.value


def _unread_type(types: TypesInFunction, value: Any, nodes: list[Any]) -> OrmType | None:
    """Return the type of a returned expression; a query set that a loop has run has none."""
    name = value.id if isinstance(value, ast.Name) else ""
    loops = [each.iter for each in nodes if isinstance(each, (ast.For, ast.comprehension))]
    has_run = any(is_variable(each, name) for each in loops) or may_run_earlier(
        types.function, name
    )
    return None if has_run else types.type_of(value)


def _is_none(node: ast.AST | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _common(types: Sequence[OrmType | None]) -> OrmType | None:
    """Return the one type of several values; None when they differ."""
    return types[0] if types and all(each == types[0] for each in types) else None
