"""ORM types: which expressions in a function hold a query set, a model instance or a user."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..python.definitions import parameters
from ..python.expressions import is_scope_item, is_variable, walk_body
from .models import find_model
from .query_methods import INSTANCE, INSTANCE_METHODS, LAZY_METHODS, QUERYSET, USER

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function, Module

MANAGERS = {"objects", "_default_manager", "_base_manager"}
TO_THREAD = ("channels.db.database_sync_to_async", "asgiref.sync.sync_to_async")
MAX_DEPTH = 40  # expressions in expressions


class OrmType(NamedTuple):
    """What an expression holds: QUERYSET, INSTANCE or USER, and of which model.

    `lacks_relations` says that an instance was read without its relations.
    """

    name: str
    model: Definition | None = None
    lacks_relations: bool = False


class OrmTypes:
    """The ORM types of the expressions in one function.

    A name that is bound to values of several types has none.
    """

    def __init__(self, project: Project, module: Module, function: Function) -> None:
        self._project, self._module, self._function = project, module, function
        self._names: dict[str, OrmType | None] = {}
        for name, found in [*self._parameters(), *self._bindings()]:
            self._names[name] = found if self._names.get(name, found) == found else None

    def _parameters(self) -> Iterator[tuple[str, OrmType | None]]:
        for each in parameters(self._function):
            model = self._model(each.annotation) if each.annotation else None
            yield each.arg, OrmType(INSTANCE, model) if model else None

    def _bindings(self) -> Iterator[tuple[str, OrmType | None]]:
        for node in walk_body(self._function.body):
            target = _single_target(node)
            if isinstance(target, ast.Name):
                yield target.id, self._bound_type(node)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                bound = (ast.Assign, ast.AnnAssign, ast.AsyncFor)
                if not isinstance(self._module.parents.get(node), bound):
                    yield node.id, None

    def _bound_type(self, node: Any) -> OrmType | None:
        if isinstance(node, ast.AsyncFor):
            return _instance_of(self.type_of(node.iter))
        return self.type_of(node.value) if node.value else None

    def _model(self, node: ast.AST) -> Definition | None:
        return find_model(self._project, self._module, node)

    def type_of(self, node: Any, depth: int = 0) -> OrmType | None:
        """Return the ORM type of an expression, None for any other value."""
        if depth > MAX_DEPTH:
            return None
        if isinstance(node, ast.Await):
            return self._awaited_type(node.value)
        if isinstance(node, ast.Name) and node.id in self._names:
            return self._names[node.id]
        if is_scope_item(node, "user"):
            return OrmType(USER)
        if isinstance(node, ast.Subscript):
            is_slice = isinstance(node.slice, ast.Slice)
            return self.type_of(node.value, depth + 1) if is_slice else None
        return self._queryset(node, depth) or self._instance(node)

    def _queryset(self, node: Any, depth: int) -> OrmType | None:
        """Return the type of a manager, or of a query that nothing has run yet."""
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            model = self._model(node.value)
            return OrmType(QUERYSET, model) if model else None
        if _is_method_call(node, LAZY_METHODS):
            holder = self.type_of(node.func.value, depth + 1)
            return holder if holder and holder.name == QUERYSET else None
        return None

    def _instance(self, node: Any) -> OrmType | None:
        """Return the type of what `X.objects.get()` and `X()` return."""
        if not isinstance(node, ast.Call):
            return None
        if _is_method_call(node, INSTANCE_METHODS):
            return _instance_of(self.type_of(node.func.value))  # type: ignore[attr-defined]
        model = self._model(node.func)
        made = (ast.ClassDef, ast.Name, ast.Attribute)
        return OrmType(INSTANCE, model) if model and isinstance(model.node, made) else None

    def _awaited_type(self, call: Any) -> OrmType | None:
        """Return the type of an awaited instance.

        It comes from `X.objects.aget()` or from `database_sync_to_async(X.objects.get)()`.
        """
        if _is_method_call(call, {"a" + name for name in INSTANCE_METHODS}):
            holder = call.func.value
            found = _instance_of(self.type_of(holder))
            # Only a manager itself reads no relations along.
            is_bare = call.func.attr == "aget" and isinstance(holder, ast.Attribute)
            return found._replace(lacks_relations=is_bare) if found else None
        wrapper = call.func if isinstance(call, ast.Call) else None
        if isinstance(wrapper, ast.Call) and self._module.full_name(wrapper.func) in TO_THREAD:
            inner = wrapper.args[0] if wrapper.args else None
            if isinstance(inner, ast.Attribute) and inner.attr in INSTANCE_METHODS:
                return _instance_of(self.type_of(inner.value))
        return None

    def may_run_earlier(self, name: str, call: ast.Call | None = None) -> bool:
        """Return whether a query set goes to another call or to `async for`, which may run it."""
        for node in walk_body(self._function.body):
            if isinstance(node, ast.Call) and node is not call:
                readers = node.args
            elif isinstance(node, ast.AsyncFor) or getattr(node, "is_async", False):
                readers = [node.iter]
            else:
                continue
            if any(is_variable(each, name) for each in readers):
                return True
        return False

    def sets_attribute(self, name: str, attribute: str) -> bool:
        """Return whether the function sets an attribute, so that reading it runs no query."""
        return any(
            isinstance(node, ast.Attribute)
            and node.attr == attribute
            and not isinstance(node.ctx, ast.Load)
            and is_variable(node.value, name)
            for node in walk_body(self._function.body)
        )


def _single_target(node: ast.AST) -> ast.AST | None:
    """Return the target of an assignment or an `async for` that binds one name."""
    if isinstance(node, ast.Assign):
        return node.targets[0] if len(node.targets) == 1 else None
    return node.target if isinstance(node, (ast.AnnAssign, ast.AsyncFor)) else None


def _instance_of(queryset: OrmType | None) -> OrmType | None:
    is_queryset = queryset is not None and queryset.name == QUERYSET
    return OrmType(INSTANCE, queryset.model) if queryset and is_queryset else None


def _is_method_call(node: ast.AST | None, methods: set[str]) -> bool:
    """Return whether a node is a call `x.method()` of one of these methods."""
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_method and node.func.attr in methods  # type: ignore[union-attr]
