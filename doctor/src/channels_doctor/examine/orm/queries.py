"""The synchronous queries that a function runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Sequence

from ..python.expressions import (
    attribute_name,
    is_variable,
    subscript_key,
    variable_name,
    walk_body,
)
from ..python.source_text import short_text
from .models import FOREIGN_KEYS, TO_MANY_FIELDS, field_class, reverse_user_relations
from .orm_types import OrmType, OrmTypes
from .query_methods import INSTANCE, METHODS_THAT_QUERY, QUERY_METHODS, QUERYSET, USER

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

# Built-in functions that iterate over their argument.
READERS = {
    "list", "tuple", "set", "frozenset", "len", "bool", "sorted", "any", "all", "sum", "min", "max",
    "dict", "next",
}  # fmt: skip
RELATED_MANAGER_METHODS = QUERY_METHODS | {"add", "remove", "set", "clear"}
PERMISSION_METHODS = {
    "has_perm", "has_perms", "has_module_perms", "get_all_permissions", "get_user_permissions",
    "get_group_permissions",
}  # fmt: skip
QUERYING_FUNCTIONS = {
    "django.shortcuts.get_object_or_404",
    "django.shortcuts.get_list_or_404",
    "django.db.connection.cursor",
}
ATOMIC = "django.db.transaction.atomic"
# Frameworks whose `request.user` is not a lazy user of Django.
OTHER_FRAMEWORKS = ("rest_framework", "adrf", "ninja", "starlette", "fastapi", "strawberry")


class Query(NamedTuple):
    """A node that runs a query, its short text, and whether it certainly does."""

    node: ast.AST
    text: str
    is_certain: bool


class QueryFinder:
    """Finds the queries in the bodies of functions, and reads each function once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._reverse_relations = reverse_user_relations(project)
        self._queries: dict[Function, list[Query]] = {}

    def in_function(self, module: Module, function: Function) -> list[Query]:
        """Return the queries in a function's own body."""
        if function not in self._queries:
            types = OrmTypes(self._project, module, function)
            self._queries[function] = self.in_nodes(module, function.body, types)
        return self._queries[function]

    def in_nodes(self, module: Module, nodes: Sequence[ast.AST], types: OrmTypes) -> list[Query]:
        """Return the queries in some nodes, whose names have the types of the function around."""
        return [query for node in walk_body(nodes) for query in self._in_node(module, node, types)]

    def _in_node(self, module: Module, node: Any, types: OrmTypes) -> Iterator[Query]:
        if isinstance(node, ast.Call):
            yield from self._in_call(module, node, types)
        elif isinstance(node, ast.Attribute):
            if isinstance(node.ctx, ast.Load) and self._reads_relation(module, node, types):
                yield Query(node, short_text(node), False)
        else:
            yield from _in_iteration(node, types)

    def _in_call(self, module: Module, call: ast.Call, types: OrmTypes) -> Iterator[Query]:
        name = module.full_name(call.func)
        is_atomic = name == ATOMIC and isinstance(module.parents.get(call), ast.withitem)
        if name in QUERYING_FUNCTIONS or is_atomic:
            yield Query(call, short_text(call), True)
        elif variable_name(call.func) in READERS and call.args:
            if _is_unread_queryset(call.args[0], types, call):
                yield Query(call, f"{short_text(call.func)}({short_text(call.args[0])})", True)
        elif isinstance(call.func, ast.Attribute):
            yield from self._in_method_call(call, call.func, types)

    def _in_method_call(
        self, call: ast.Call, method: ast.Attribute, types: OrmTypes
    ) -> Iterator[Query]:
        holder = types.type_of(method.value)
        if holder and method.attr in METHODS_THAT_QUERY[holder.name]:
            if not self._is_own_coroutine(holder, method.attr):
                yield Query(call, short_text(call), True)
        elif holder and holder.name == USER and method.attr in PERMISSION_METHODS:
            yield Query(call, short_text(call), False)
        elif isinstance(method.value, ast.Attribute) and method.attr in RELATED_MANAGER_METHODS:
            owner = types.type_of(method.value.value)
            if owner and self._is_to_many(owner, method.value.attr):
                yield Query(call, short_text(call), True)

    def _is_own_coroutine(self, holder: OrmType, method: str) -> bool:
        """Return whether an instance's model replaces Django's method by an `async def`."""
        if holder.name != INSTANCE or holder.model is None or not holder.model.is_class:
            return False
        found = self._project.resolver.member(holder.model, method)
        return found is not None and isinstance(found.node, ast.AsyncFunctionDef)

    def _is_to_many(self, owner: OrmType, name: str) -> bool:
        if owner.name == USER:
            return name in {"groups", "user_permissions"}
        if owner.model is None:
            return False
        return field_class(self._project, owner.model, name) in TO_MANY_FIELDS

    def _reads_relation(self, module: Module, node: ast.Attribute, types: OrmTypes) -> bool:
        """Return whether an attribute is a relation, which is a query of its own the first time."""
        if _is_lazy_user(module, node.value):
            return True
        owner = types.type_of(node.value)
        if not owner or not self._is_relation(owner, node.attr):
            return False
        return not types.sets_attribute(variable_name(node.value), node.attr)

    def _is_relation(self, owner: OrmType, name: str) -> bool:
        if owner.name == USER:
            return name in self._reverse_relations
        if not owner.lacks_relations or owner.model is None:
            return False
        if field_class(self._project, owner.model, name) not in FOREIGN_KEYS:
            return False
        # A manager of the project may read relations along.
        return self._project.resolver.member(owner.model, "objects") is None


def _is_lazy_user(module: Module, node: ast.AST) -> bool:
    """Return whether a node is Django's `request.user`, which loads the session and the user."""
    if attribute_name(node) != "user" or not is_variable(node.value, "request"):  # type: ignore[attr-defined]
        return False
    function = module.enclosing_function(node)
    is_parameter = function and "request" in [each.arg for each in function.args.args]
    others = any(name.startswith(OTHER_FRAMEWORKS) for name in module.imports.values())
    return bool(is_parameter) and not others


def _in_iteration(node: Any, types: OrmTypes) -> Iterator[Query]:
    """Yield the query that a loop, a condition or an index runs."""
    if isinstance(node, (ast.For, ast.comprehension)) and not getattr(node, "is_async", 0):
        if _is_unread_queryset(node.iter, types):
            yield Query(node.iter, f"for … in {short_text(node.iter)}", True)
    elif isinstance(node, (ast.If, ast.While, ast.IfExp)):
        if _is_unread_queryset(node.test, types):
            yield Query(node.test, f"if {short_text(node.test)}", True)
    elif isinstance(subscript_key(node), int) and _is_unread_queryset(node.value, types):
        yield Query(node, short_text(node), True)


def _is_unread_queryset(node: ast.AST, types: OrmTypes, call: ast.Call | None = None) -> bool:
    """Return whether a node is a query set that certainly has not run before."""
    found = types.type_of(node)
    if not found or found.name != QUERYSET or isinstance(node, ast.Attribute):
        return False
    return not isinstance(node, ast.Name) or not types.may_run_earlier(node.id, call)
