"""Calls of the channel layer: `group_add`, `group_send`, `group_discard` and `send`."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.definitions import assigned_names, assignment_targets
from ..python.dict_displays import dict_display
from ..python.expressions import (
    argument,
    attribute_name,
    dict_items,
    is_variable,
    last_name,
    variable_name,
    walk_body,
)
from ..python.resolver.values import all_values
from .api import GET_CHANNEL_LAYER
from .bound_methods import called_functions

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

LAYER_METHODS = {"group_add", "group_send", "group_discard", "send"}
METHODS = {*LAYER_METHODS, "receive"}
USUAL_NAME = "channel_layer"


class LayerCall(NamedTuple):
    """A call of a layer's method; `node` is the call that has the arguments, wrapped or not."""

    module: Module
    method: str
    node: ast.Call

    @property
    def group(self) -> ast.expr | None:
        """Return the expression of the group, or of the channel for `send`."""
        return argument(self.node, 0, "channel" if self.method == "send" else "group")

    @property
    def message(self) -> ast.expr | None:
        """Return the expression of the message, or the dictionary that is assigned to its name.

        For `dict(…)`, it is the display with the same items.
        """
        found = argument(self.node, 1, "message")
        is_name = isinstance(found, ast.Name)
        return (self._assigned_dict(found) if is_name else dict_display(found)) or found  # type: ignore[arg-type]

    def _assigned_dict(self, name: ast.Name) -> ast.Dict | None:
        """Return the only value of a variable of the function, None when its items change."""
        function = self.module.nearest_function(self.node)
        nodes = walk_body(function.body) if function else ()
        assignments = [each for each in nodes if isinstance(each, ast.Assign)]
        targets = [target for each in assignments for target in each.targets]
        if any(
            isinstance(each, ast.Subscript) and is_variable(each.value, name.id) for each in targets
        ):
            return None
        values = [each.value for each in assignments if name.id in assigned_names(each)]
        return dict_display(values[0]) if len(values) == 1 else None


def layer_calls(project: Project, *methods: str) -> Iterator[LayerCall]:
    """Yield the calls of some methods of the layer, `async_to_sync(layer.send)(…)` included."""
    return (each for each in _all_layer_calls(project) if each.method in methods)


@lru_cache(maxsize=1)
def _all_layer_calls(project: Project) -> list[LayerCall]:
    return list(_find_layer_calls(project))


def _find_layer_calls(project: Project) -> Iterator[LayerCall]:
    for module in project.production_modules:
        for call, function in called_functions(module):
            if (
                isinstance(function, ast.Attribute)
                and function.attr in METHODS
                and is_channel_layer(project, module, function.value)
            ):
                yield LayerCall(module, function.attr, call)


def is_channel_layer(project: Project, module: Module, node: ast.AST) -> bool:
    """Return whether an expression is a channel layer.

    It is a call of get_channel_layer(), a name that is assigned one, or `channel_layer`, unless
    the project gives that name to something else, such as an object of its own around the layer.
    """
    name = last_name(node)
    if not name or name == USUAL_NAME:
        return _is_layer(project, module, node)
    targets = _layer_targets(project, module)
    return any(last_name(each) == name and type(each) is type(node) for each in targets)


def _layer_targets(project: Project, module: Module) -> Iterator[ast.expr]:
    """Yield the names and attributes that are assigned the layer."""
    for assignment in module.assignments():
        if assignment.value and _is_layer(project, module, assignment.value):
            yield from assignment_targets(assignment)
    for named in module.find_all(ast.NamedExpr):
        if _is_layer(project, module, named.value):
            yield named.target


def _is_layer(project: Project, module: Module, node: ast.AST) -> bool:
    if last_name(node) != USUAL_NAME:
        return _is_layer_getter(module, node)
    definition = project.resolver.definition(module, node)
    if definition or (variable_name(node) and variable_name(node) in module.imports):
        values = list(all_values(definition)) if definition and definition.value else []
        owner = definition.module if definition else module
        return bool(values) and not any(_is_other(owner, each) for each in values)
    return not _is_set_to_other(project, module, node)


def _is_set_to_other(project: Project, module: Module, node: ast.AST) -> bool:
    """Return whether a variable of a function, or the attribute of a class, is something else."""
    if attribute_name(node):
        return _is_other_attribute(project)
    values = [each.value for each in module.assignments() if USUAL_NAME in assigned_names(each)]
    return any(_is_other(module, each) for each in values if each)


@lru_cache(maxsize=1)
def _is_other_attribute(project: Project) -> bool:
    """Return whether a class of the project sets its `channel_layer` to something else."""
    return any(
        _is_other(module, each.value)
        for module in project.production_modules
        for each in module.assignments()
        if each.value and USUAL_NAME in map(attribute_name, assignment_targets(each))
    )


def _is_other(module: Module, value: ast.expr) -> bool:
    """Return whether a value is a call, and not one of get_channel_layer()."""
    return isinstance(value, ast.Call) and not _is_layer_getter(module, value)


def _is_layer_getter(module: Module, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and module.full_name(node.func) == GET_CHANNEL_LAYER


def message_type(message: ast.Dict) -> ast.expr | None:
    """Return the value of "type" that counts, which is the last one."""
    return dict(dict_items(message)).get("type")


def no_layer(project: Project, module: Module | None = None) -> str:
    """Return what Python raises for the first call of a layer that is None, here or anywhere."""
    calls = layer_calls(project, *LAYER_METHODS)
    methods = (each.method for each in calls if module in (None, each.module))
    return f"'NoneType' object has no attribute '{next(methods, 'group_send')}'"
