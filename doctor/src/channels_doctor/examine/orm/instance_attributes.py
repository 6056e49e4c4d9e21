"""The attributes and methods of model instances that run a query when they are used."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, Any, Callable, Iterator

from ..python.expressions import is_variable, method_name, string_value, variable_name
from ..python.signatures import call_problem, signature_of
from .name_uses import (
    attributes_before,
    is_passed_on,
    is_read_in_thread,
    is_read_in_thread_before,
    reads_own,
    sets_attribute,
)
from .orm_type import OrmType
from .query_methods import INSTANCE, USER

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from .orm_type import TypesInFunction
    from .relations import Relation

PROPERTIES = {
    "property", "functools.cached_property", "django.utils.functional.cached_property",
}  # fmt: skip
# Returns the queries in a function, whose `self` has the given type.
FindQueries = Callable[..., "list[Any]"]


class InstanceAttributes:
    """Tells of an attribute whether it runs a query certainly, perhaps, or not at all (None)."""

    def __init__(self, project: Project, find_queries: FindQueries) -> None:
        self._project, self._find_queries = project, find_queries

    def runs_query(self, node: ast.Attribute, types: TypesInFunction) -> bool | None:
        """Return whether reading an attribute runs a query certainly; None for no query."""
        owner = types.type_of(node.value)
        if owner is None:
            return None
        relation = types.relation(owner, node.attr)
        if relation is None:
            return self._in_member(owner, node.attr, is_property=True)
        is_loaded = owner.loaded is None or node.attr in owner.loaded
        is_loaded = is_loaded or (owner.name == USER and node.attr in self._selected)
        if relation.is_many or is_loaded or self._is_set(node, relation, types):
            return None
        return False

    @cached_property
    def _selected(self) -> set[str]:
        """Return the relations that any select_related() loads, perhaps with a socket's user."""
        calls = (each for _, each in self._project.find_all(ast.Call))
        found = (each for each in calls if method_name(each) == "select_related")
        texts = (string_value(each) or "" for call in found for each in call.args)
        return {part for text in texts for part in text.split("__")}

    def method_runs_query(
        self, owner: OrmType, name: str, call: ast.Call | None = None
    ) -> bool | None:
        """Return whether calling a method runs a query certainly; None for no query.

        A call whose arguments do not fit raises a TypeError before.
        """
        return self._in_member(owner, name, is_property=False, call=call)

    def texts(self, node: Any, types: TypesInFunction) -> Iterator[tuple[ast.AST, bool]]:
        """Yield the instance whose `__str__()` runs a query for `str()` or for an f-string."""
        is_call = isinstance(node, ast.Call) and is_variable(node.func, "str") and bool(node.args)
        value: Any = node.args[0] if is_call else getattr(node, "value", None)
        found = types.type_of(value) if is_call or isinstance(node, ast.FormattedValue) else None
        is_certain = self.method_runs_query(found, "__str__") if found else None
        if is_certain is not None:
            yield value, is_certain

    def _in_member(
        self, owner: OrmType, name: str, is_property: bool, call: ast.Call | None = None
    ) -> bool | None:
        if owner.name not in {INSTANCE, USER} or owner.model is None or not owner.model.is_class:
            return None
        member = self._project.resolver.member(owner.model, name)
        if member is None or not _is_plain(member, is_property):
            return None
        if call and call_problem(signature_of(member.node), call):
            return None
        instance = OrmType(INSTANCE, owner.model, owner.loaded)
        queries = self._find_queries(member.module, member.node, instance)
        return any(each.is_certain for each in queries) if queries else None

    def _is_set(self, node: ast.Attribute, relation: Relation, types: TypesInFunction) -> bool:
        """Return whether the code sets the attribute, or a thread may have read it before."""
        if is_read_in_thread_before(types.function, node):
            return True
        name = variable_name(node.value)
        if name:
            is_given = relation.is_reverse_one and is_passed_on(types.function, name)
            is_set = sets_attribute(types.function, name, node.attr)
            return is_given or is_set or self._is_read_by_method(node, name, types)
        cls = self._project.resolver.enclosing_class(types.module, node)
        return is_read_in_thread(cls, node.attr)

    def _is_read_by_method(self, node: ast.Attribute, name: str, types: TypesInFunction) -> bool:
        """Return whether an earlier line names a method of the model that reads the attribute."""
        owner = types.type_of(node.value)
        model = owner.model if owner else None
        if model is None or not model.is_class:
            return False
        names = attributes_before(types.function, name, node.lineno)
        members = (self._project.resolver.member(model, each) for each in names)
        return any(reads_own(each.node, node.attr) for each in members if each)


def _is_plain(member: Definition, is_property: bool) -> bool:
    """Return whether a member is a synchronous method, or a property of a class."""
    if not isinstance(member.node, ast.FunctionDef):
        return False
    decorators = [member.module.full_name(each) for each in member.node.decorator_list]
    return bool(decorators) and set(decorators) <= PROPERTIES if is_property else not decorators
