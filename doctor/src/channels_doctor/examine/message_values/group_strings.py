"""The strings that name a group, followed through variables, functions and calls."""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Iterator, Optional, Tuple

from ..channels.consumers import related_classes
from ..python.definitions import Definition, assignment_targets
from ..python.expressions import (
    attribute_name,
    is_variable,
    method_name,
    own_attribute,
    string_value,
    walk_body,
)
from .call_sites import call_sites
from .scope import Scope, assignments_in, bindings, scope_in, scope_of
from .string_parts import ANY, is_string, literal_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

Source = Tuple[Scope, Optional[ast.AST]]  # an expression, and where it runs
MAX_DEPTH = 8  # names and functions on the way to a string


def group_strings(
    project: Project, scope: Scope, node: Any, depth: int = 0
) -> Iterator[tuple[Module, ast.AST]]:
    """Yield the strings that an expression may stand for, with their modules."""
    if node is None or depth > MAX_DEPTH:
        return
    node = _with_constants(project, scope, node)
    if is_string(node):
        yield scope.module, node
        return
    for inner, value in _sources(project, scope, node):
        yield from group_strings(project, inner, value, depth + 1)


def group_patterns(project: Project, scope: Scope, node: Any, depth: int = 0) -> Iterator[str]:
    """Yield the texts that an expression may stand for, with ANY for each unknown part.

    Other than for group_strings(), an unknown expression is a text, too: ANY.
    """
    if isinstance(node, ast.Constant) and node.value is None:
        return
    node = _with_constants(project, scope, node)
    if is_string(node):
        yield literal_text(node, ANY)
        return
    sources = list(_sources(project, scope, node)) if depth <= MAX_DEPTH else []
    if not sources:
        yield ANY
    for inner, value in sources:
        yield from group_patterns(project, inner, value, depth + 1)


def _with_constants(project: Project, scope: Scope, node: Any) -> Any:
    """Return an expression with texts and hashes in place of the names in it that stand for one."""
    if not (is_string(node) or method_name(node) == "join"):
        return node
    texts = {}
    for each in ast.walk(node):
        is_known = isinstance(each, ast.Name) and not scope.has_parameter(each.id)
        values = list(_variable(project, scope, each)) if is_known else []  # type: ignore[arg-type]
        value = values[0][1] if len(values) == 1 else None
        if string_value(value) is not None or method_name(value) == "hexdigest":
            texts[id(each)] = value
    return deepcopy(node, texts) if texts else node  # the copies of names are their texts


def _sources(project: Project, scope: Scope, node: Any) -> Iterator[Source]:
    """Yield the expressions that give another one its value."""
    if isinstance(node, ast.IfExp):
        yield from ((scope, each) for each in (node.body, node.orelse))
    elif isinstance(node, ast.Call):
        found = list(_own_members(project, scope, node.func))
        called = project.resolver.function(scope.module, node.func)
        if called and called not in found:
            found.append(called)
        yield from (source for each in found for source in _returned(each))
    elif isinstance(node, ast.Attribute):
        yield from _attribute(project, scope, node)
    elif isinstance(node, ast.Name):
        yield from _variable(project, scope, node)


def _variable(project: Project, scope: Scope, node: ast.Name) -> Iterator[Source]:
    found = bindings(scope, node.id)
    yield from ((scope, each.value) for each in found if not each.is_item)
    if not found and scope.has_parameter(node.id):
        called = Definition(scope.module, scope.function)
        given = call_sites(project).arguments(called, node.id)
        yield from ((scope_of(module, each), each) for module, each in given if each)
    elif not found:
        yield from _constant(project.resolver.definition(scope.module, node))


def _attribute(project: Project, scope: Scope, node: ast.Attribute) -> Iterator[Source]:
    """Yield the values of `self.group`: of a class, of a property and of assignments."""
    classes = _related(project, scope, node)
    if not classes:
        yield from _constant(project.resolver.definition(scope.module, node))
        return
    for found in _own_members(project, scope, node):
        yield from _returned(found) if found.is_function else _constant(found)
    for module, method in [(each.module, every) for each in classes for every in each.methods()]:
        for statement in assignments_in(method):
            if any(own_attribute(target) == node.attr for target in assignment_targets(statement)):
                yield Scope(module, method), statement.value


def _related(project: Project, scope: Scope, node: ast.expr) -> list[Definition]:
    """Return the classes that `self` may belong to: the class around, its bases and heirs."""
    is_own = isinstance(node, ast.Attribute) and is_variable(node.value, "self", "cls")
    cls = project.resolver.enclosing_class(scope.module, node) if is_own else None
    return list(related_classes(project.resolver, project.consumers, cls)) if cls else []


def _own_members(project: Project, scope: Scope, node: ast.expr) -> Iterator[Definition]:
    """Yield what `self.x` may be in the bodies of classes."""
    for cls in _related(project, scope, node):
        found = project.resolver.own_member(cls, attribute_name(node))
        if found:
            yield found


def _constant(found: Definition | None) -> Iterator[Source]:
    if found and found.value is not None:
        yield Scope(found.module, None), found.value


def _returned(called: Definition | None) -> Iterator[Source]:
    if called is not None:
        for node in walk_body(called.node.body):
            if isinstance(node, ast.Return):
                yield scope_in(called), node.value
