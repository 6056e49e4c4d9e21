"""The kinds of variables, parameters and attributes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Dict, Sequence, Tuple

from ..orm.models import find_model, is_model
from ..python.definitions import Definition, assignment_targets, parameters
from ..python.expressions import (
    called_name,
    is_variable,
    keyword,
    last_name,
    own_attribute,
    variable_name,
)
from .class_kinds import enum_member
from .kinds import (
    ANNOTATIONS,
    DICT,
    EXCEPTION,
    INSTANCE,
    ITERATOR,
    LIST,
    NONE,
    NUMBER,
    QUERYSET,
    USER,
    Kind,
)
from .query_kinds import manager
from .scope import Binding, Scope, assignments_in, bindings, only_value

if TYPE_CHECKING:
    from .lookups import Values

Given = Dict[Tuple[ast.AST, str], Kind]  # the kinds of parameters, by the function and the name


class NameKinds:
    """Finds the kinds of names; one with values of several kinds has none."""

    def __init__(self, values: Values, given: Given) -> None:
        self._values, self._given = values, given
        self._running: set[tuple[object, str]] = set()

    def name(self, scope: Scope, node: ast.Name) -> Kind | None:
        """Return the kind of a variable."""
        if self._is_exception(scope, node):
            return Kind(EXCEPTION)
        found = bindings(scope, node.id)
        if scope.has_parameter(node.id):
            return None if found else self._parameter(scope, node.id)
        if found:
            return self._common(scope, node.id, found)
        if scope.function:
            return self.name(scope.outer(), node)
        value = self._values.resolver.constant(scope.module, node)
        return None if value is node else self._values.kind(scope, value)

    def _is_exception(self, scope: Scope, node: ast.Name) -> bool:
        around = scope.module.enclosing_nodes(node)
        return any(isinstance(each, ast.ExceptHandler) and each.name == node.id for each in around)

    def _common(self, scope: Scope, name: str, found: Sequence[Binding]) -> Kind | None:
        """Return the kind that all bindings of a name have in common.

        A binding of the name from itself, such as `a = a + b`, has no kind.
        """
        key = (scope.function, name)
        if key in self._running:
            return None
        self._running.add(key)
        try:
            kinds = [self._bound(scope, each) for each in found]
        finally:
            self._running.remove(key)
        return kinds[0] if all(each == kinds[0] for each in kinds) else None

    def _bound(self, scope: Scope, binding: Binding) -> Kind | None:
        if binding.loop is not None:
            return self._unpacked(scope, binding.loop, binding.position)
        if binding.is_item:
            return self._item(scope, binding.value)
        return self._values.kind(scope, binding.value)

    def _item(self, scope: Scope, node: Any) -> Kind | None:
        """Return the kind of each item of an expression."""
        found = self._values.kind(scope, node)
        if found == Kind(ITERATOR) and called_name(node) == "range":
            return Kind(NUMBER)
        is_instances = found and found.name == QUERYSET and found.model and found.fields is None
        return Kind(INSTANCE, found.model) if found and is_instances else None

    def _unpacked(self, scope: Scope, node: Any, position: int) -> Kind | None:
        """Return the kind of a part of each item of `enumerate()` and `zip()`."""
        name = called_name(node) if self._values.kind(scope, node) == Kind(ITERATOR) else ""
        if name == "enumerate" and position == 0:
            return Kind(NUMBER)
        sources = node.args[:1] * 2 if name == "enumerate" else node.args if name == "zip" else []
        return self._item(scope, sources[position]) if position < len(sources) else None

    def _parameter(self, scope: Scope, name: str) -> Kind | None:
        """Return the kind of a parameter, by its annotation, by a signal or by all calls."""
        function: Any = scope.function
        if (function, name) in self._given:
            return self._given[function, name]
        if name == "self":
            cls = self._values.resolver.enclosing_class(scope.module, function)
            is_own_model = cls and is_model(self._values.resolver, cls)
            return self._values.models.instance(cls) if cls and is_own_model else None
        annotation = next(each.annotation for each in parameters(function) if each.arg == name)
        if annotation is not None:
            return self._annotated(scope, annotation)
        definition = Definition(scope.module, function)
        sender = self._values.sites.sender(definition) if name == "instance" else None
        if sender:
            return self._values.models.instance(sender)
        return self._values.argument(definition, name)

    def _annotated(self, scope: Scope, node: ast.expr) -> Kind | None:
        name = ANNOTATIONS.get(scope.module.full_name(node))
        model = None if name else find_model(self._values.resolver, scope.module, node)
        return Kind(name) if name else self._values.models.instance(model) if model else None

    def attribute(self, scope: Scope, node: ast.Attribute) -> Kind | None:
        """Return the kind of an attribute of an instance, of a class or of `self`."""
        holder = self._values.kind(scope, node.value)
        if holder and holder.name in {INSTANCE, USER}:
            return self._values.models.attribute(holder, node.attr) or self._property(
                holder, node.attr
            )
        if is_variable(node.value, "self"):
            return self._own_attribute(scope, node.attr)
        if node.attr == "user" and last_name(node.value) == "request":
            return self._values.models.user()
        if node.attr == "data":
            return self._serialized(scope, node.value)
        found = manager(self._values, scope, node)
        return found or enum_member(self._values, scope, node)

    def _serialized(self, scope: Scope, node: ast.expr) -> Kind | None:
        """Return the kind of the data of a serializer of Django REST framework."""
        made = only_value(scope, node)
        if not isinstance(made, ast.Call) or not called_name(made).endswith("Serializer"):
            return None
        return Kind(LIST if keyword(made, "many") else DICT)

    def _own_attribute(self, scope: Scope, name: str) -> Kind | None:
        """Return the kind of `self.name`, when each assignment in the class gives it the same."""
        cls = self._values.resolver.enclosing_class(
            scope.module, scope.function or scope.module.tree
        )
        kinds = [
            self._values.kind(Scope(each.module, method), node.value)
            for each in (self._values.resolver.mro(cls) if cls else ())
            for method in each.methods()
            for node in assignments_in(method)
            if any(own_attribute(target) == name for target in assignment_targets(node))
        ]
        kinds = [each for each in kinds if each != Kind(NONE)]
        return kinds[0] if kinds and all(each == kinds[0] for each in kinds) else None

    def _property(self, holder: Kind, name: str) -> Kind | None:
        found = self._values.resolver.member(holder.model, name) if holder.model else None
        decorators = found.node.decorator_list if found and found.is_function else []
        is_property = [variable_name(each) for each in decorators] == ["property"]
        return self._values.returned(found) if found and is_property else None
