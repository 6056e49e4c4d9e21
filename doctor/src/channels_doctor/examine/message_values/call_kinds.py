"""The kinds of what calls return."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..channels.api import TO_THREAD
from ..orm.models import find_model
from ..python.expressions import walk_body
from ..python.thread_decorators import runs_in_thread
from .class_kinds import made_of
from .kinds import (
    CLASS_METHODS,
    DICT,
    FUNCTIONS,
    INSTANCE,
    LIST,
    MANAGER,
    NONE,
    QUERYSET,
    USER,
    VALUE_METHODS,
    Kind,
)
from .query_kinds import after_query_method, is_query
from .scope import scope_in, scope_of

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from .lookups import Values
    from .scope import Scope

GET_OR_404 = {"django.shortcuts.get_object_or_404", "django.shortcuts.aget_object_or_404"}
LISTS = {"list", "tuple", "sorted"}


class CallKinds:
    """Finds the kinds of the results of calls."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def call(self, scope: Scope, node: ast.Call) -> Kind | None:
        """Return the kind of what a call returns."""
        name = scope.module.full_name(node.func)
        known = FUNCTIONS.get(name) or (LIST if name in LISTS else DICT if name == "dict" else "")
        if known and self._values.resolver.definition(scope.module, node.func) is None:
            return Kind(known)
        if name in GET_OR_404 and node.args:
            return self._of_404(scope, node.args[0])
        owner, _, method = name.rpartition(".")
        if method in CLASS_METHODS.get(owner, ()):
            return Kind(FUNCTIONS[owner])
        if isinstance(node.func, ast.Attribute):
            found = self._method(scope, node, node.func)
            if found:
                return found
        return self._own(scope, node)

    def _of_404(self, scope: Scope, node: ast.expr) -> Kind | None:
        """Return the kind of what `get_object_or_404()` finds for a model or a query set."""
        model = find_model(self._values.resolver, scope.module, node)
        if model:
            return self._values.models.instance(model)
        holder = self._values.kind(scope, node)
        is_query_of = holder is not None and holder.name in {QUERYSET, MANAGER}
        return Kind(INSTANCE, holder.model) if holder and is_query_of else None

    def _method(self, scope: Scope, call: ast.Call, function: ast.Attribute) -> Kind | None:
        holder = self._values.kind(scope, function.value)
        if holder is None:
            is_known = is_query(function.attr, call)
            return after_query_method(Kind(QUERYSET), function.attr, call) if is_known else None
        if holder.name in {QUERYSET, MANAGER}:
            return after_query_method(holder, function.attr, call)
        name = VALUE_METHODS.get(holder.name, {}).get(function.attr)
        return Kind(name) if name else None

    def called(self, scope: Scope, function: ast.expr) -> Definition | None:
        """Return the function of the project that an expression names, or a model's method."""
        found = self._values.resolver.function(scope.module, function)
        if found or not isinstance(function, ast.Attribute):
            return found
        holder = self._values.kind(scope, function.value)
        if holder is None or holder.name not in {INSTANCE, USER} or holder.model is None:
            return None
        method = self._values.resolver.member(holder.model, function.attr)
        return method if method and method.is_function else None

    def _own(self, scope: Scope, call: ast.Call) -> Kind | None:
        """Return the kind of what a function or a class of the project returns."""
        found = self._values.resolver.definition(scope.module, call.func)
        if found and found.is_class:
            return made_of(self._values, found)
        called = self.called(scope, call.func)
        is_plain = called is not None and isinstance(called.node, ast.FunctionDef)
        return self.returned(called) if called and is_plain and called.is_undecorated else None

    def awaited(self, scope: Scope, node: ast.Await) -> Kind | None:
        """Return the kind of the result of a coroutine, which a thread may compute."""
        call = node.value
        if not isinstance(call, ast.Call):
            return None
        wrapper = call.func
        if isinstance(wrapper, ast.Call) and scope.module.full_name(wrapper.func) in TO_THREAD:
            target = wrapper.args[0] if wrapper.args else None
            return self._in_thread(scope, target, call)
        if isinstance(wrapper, ast.Attribute) and wrapper.attr.startswith("a"):
            holder = self._values.kind(scope, wrapper.value)
            if holder and holder.name in {QUERYSET, MANAGER}:
                return after_query_method(holder, wrapper.attr[1:], call)
        called = self._values.resolver.function(scope.module, wrapper)
        is_async = called is not None and isinstance(called.node, ast.AsyncFunctionDef)
        runs = called and ((is_async and called.is_undecorated) or runs_in_thread(called))
        return self.returned(called) if called and runs else None

    def _in_thread(self, scope: Scope, target: ast.expr | None, call: ast.Call) -> Kind | None:
        """Return the kind of what a function returns that a thread runs."""
        if isinstance(target, ast.Lambda):
            return self._values.kind(scope, target.body)
        called = self._values.resolver.function(scope.module, target) if target else None
        if called:
            return self.returned(called)
        if not isinstance(target, ast.Attribute):
            return None
        return self._method(scope, call, target)

    def returned(self, called: Definition) -> Kind | None:
        """Return the kind of what a function returns; None as a value does not count."""
        nodes = list(walk_body(called.node.body))
        if any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in nodes):
            return None
        values = [each.value for each in nodes if isinstance(each, ast.Return) and each.value]
        kinds = [self._values.kind(scope_in(called), each) for each in values]
        kinds = [each for each in kinds if each != Kind(NONE)]
        return kinds[0] if kinds and all(each == kinds[0] for each in kinds) else None

    def argument(self, called: Definition, name: str) -> Kind | None:
        """Return the kind that all calls of a function give to a parameter."""
        kinds = [
            self._values.kind(scope_of(module, node), node) if node else None
            for module, node in self._values.sites.arguments(called, name)
        ]
        return kinds[0] if kinds and all(each == kinds[0] for each in kinds) else None
