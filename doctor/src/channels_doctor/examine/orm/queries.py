"""The synchronous queries that a function runs."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Sequence

from ..python.definitions import Definition
from ..python.expressions import walk_body
from ..python.source_text import short_text
from .changed_models import is_transaction
from .class_types import ClassTypes
from .instance_attributes import InstanceAttributes
from .iterations import iterations, may_be_prefetched
from .lazy_user import is_read_of_lazy_user
from .models import is_model, is_own_coroutine
from .orm_type import OrmType, TypesInFunction
from .orm_types import OrmTypes
from .query_methods import (
    INSTANCE,
    METHODS_THAT_QUERY,
    PREFETCHED_METHODS,
    QUERYSET,
    RELATED_METHODS,
    SESSION,
    USER,
)
from .rendered_querysets import rendered

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

PERMISSION_METHODS = {
    "has_perm", "has_perms", "has_module_perms", "get_all_permissions", "get_user_permissions",
    "get_group_permissions",
}  # fmt: skip
QUERYING_FUNCTIONS = {
    "django.shortcuts.get_object_or_404",
    "django.shortcuts.get_list_or_404",
    "django.db.connection.cursor",
    "django.contrib.auth.signals.user_logged_in.send",
    "django.contrib.auth.signals.user_logged_in.send_robust",
}
DATABASE_SESSIONS = ("", "db", "cached_db")  # the last part of SESSION_ENGINE; "" is the default


class Query(NamedTuple):
    """A node that runs a query, its short text, and whether it certainly does."""

    node: ast.AST
    text: str
    is_certain: bool


@lru_cache(maxsize=1)
def query_finder(project: Project) -> QueryFinder:
    """Return the finder of a project, which the rules share."""
    return QueryFinder(project)


class QueryFinder:
    """Finds the queries in the bodies of functions, and reads each function once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._classes = ClassTypes(project, self._make_types)
        self._queries: dict[tuple[Function, OrmType | None], list[Query]] = {}
        self._attributes = InstanceAttributes(project, self.in_function)
        engine = project.settings["SESSION_ENGINE"].value
        name = engine.split(".")[-1] if isinstance(engine, str) else ""
        self._has_database_sessions = name in DATABASE_SESSIONS

    def _make_types(
        self, module: Module, function: Function, owner: OrmType | None = None
    ) -> OrmTypes:
        return OrmTypes(self._project, module, function, self._classes, owner)

    def types(self, module: Module, function: Function) -> TypesInFunction:
        """Return the ORM types of the expressions in a function."""
        return self._classes.in_function(module, function)

    def in_function(
        self, module: Module, function: Function, owner: OrmType | None = None
    ) -> list[Query]:
        """Return the queries in a function's own body; `owner` is the type of its `self`."""
        key = (function, owner)
        if key not in self._queries:
            self._queries[key] = []  # ends a recursion
            owner = owner or self._model_instance(module, function)
            types = self.types(module, function)
            if owner:
                types = self._make_types(module, function, owner)
            decorators = (each for each in function.decorator_list if is_transaction(module, each))
            found = [Query(each, "transaction.atomic", True) for each in decorators]
            self._queries[key] = found + self.in_nodes(module, function.body, types)
        return self._queries[key]

    def _model_instance(self, module: Module, function: Function) -> OrmType | None:
        """Return the type of `self` in a method of a model."""
        parent = module.parents.get(function)
        if not isinstance(parent, ast.ClassDef):
            return None
        model = Definition(module, parent)
        return OrmType(INSTANCE, model) if is_model(self._project.resolver, model) else None

    def in_nodes(
        self, module: Module, nodes: Sequence[ast.AST], types: TypesInFunction
    ) -> list[Query]:
        """Return the queries in some nodes, whose names have the types of the function around.

        Only the first read of `request.user` runs one: Django keeps the user.
        """
        found = [each for node in walk_body(nodes) for each in self._in_node(module, node, types)]
        lazy = [each for each in found if is_read_of_lazy_user(module, each.node)]
        return [each for each in found if each not in lazy[1:]]

    def _in_node(self, module: Module, node: Any, types: TypesInFunction) -> Iterator[Query]:
        yield from (Query(*each, True) for each in iterations(node, types))
        for value, is_certain in self._attributes.texts(node, types):
            yield Query(value, f"str({short_text(value)})", is_certain)
        if isinstance(node, ast.Call):
            yield from self._in_call(module, node, types)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            is_lazy = is_read_of_lazy_user(module, node)
            runs = False if is_lazy else self._attributes.runs_query(node, types)
            if runs is not None:
                yield Query(node, short_text(node), runs)

    def _in_call(self, module: Module, call: ast.Call, types: TypesInFunction) -> Iterator[Query]:
        yield from (Query(*each, True) for each in rendered(self._project, module, call, types))
        name = module.full_name(call.func)
        is_item = isinstance(module.parents.get(call), ast.withitem)
        is_block = is_item and is_transaction(module, call)
        if name in QUERYING_FUNCTIONS or is_block:
            yield Query(call, short_text(call), True)
        elif isinstance(call.func, ast.Attribute):
            yield from self._in_method_call(call, call.func, types)

    def _in_method_call(
        self, call: ast.Call, method: ast.Attribute, types: TypesInFunction
    ) -> Iterator[Query]:
        holder = types.type_of(method.value)
        if holder is None or is_own_coroutine(self._project.resolver, holder, method.attr):
            return
        is_related = isinstance(method.value, ast.Attribute) and holder.name == QUERYSET
        if is_related and method.attr in PREFETCHED_METHODS and may_be_prefetched(call, types):
            return
        names = METHODS_THAT_QUERY[holder.name] | (RELATED_METHODS if is_related else set())
        if method.attr in names and (holder.name != SESSION or self._has_database_sessions):
            yield Query(call, short_text(call), True)
        elif holder.name == USER and method.attr in PERMISSION_METHODS:
            yield Query(call, short_text(call), False)
        else:
            is_certain = self._attributes.method_runs_query(holder, method.attr, call)
            if is_certain is not None:
                yield Query(call, short_text(call), is_certain)
