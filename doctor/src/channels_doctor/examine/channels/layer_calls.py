"""The calls of the channel layer in a project: `group_add`, `group_send`, `group_discard` and `send`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import argument, entries, own
from ..python.modules import FUNCTIONS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

GET = "channels.layers.get_channel_layer"
METHODS = {"group_add", "group_send", "group_discard", "send"}
WRAPPERS = {"asgiref.sync.async_to_sync", "asgiref.sync.AsyncToSync"}


class LayerCall(NamedTuple):
    """One call of a method of the layer; `node` is the call that has the arguments, wrapped or not."""

    module: Module
    method: str
    node: ast.Call

    @property
    def group(self) -> ast.expr | None:
        """Return the expression of the group, or of the channel for `send`."""
        return argument(self.node, 0, "channel" if self.method == "send" else "group")

    @property
    def message(self) -> ast.expr | None:
        """Return the expression of the message; a name is followed to the only dict that the function gives it."""
        found = argument(self.node, 1, "message")
        return _followed(self.module, self.node, found) if isinstance(found, ast.Name) else found


def layer_calls(project: Project, *methods: str) -> Iterator[LayerCall]:
    """Yield the calls of some of the layer's methods in the code, also those by `async_to_sync(layer.send)(…)`."""
    for module, call in project.all(ast.Call):
        method = _wrapped(module, call) or call.func
        if (
            isinstance(method, ast.Attribute)
            and method.attr in methods
            and is_layer(module, method.value)
        ):
            yield LayerCall(module, method.attr, call)


def _wrapped(module: Module, call: ast.Call) -> ast.expr | None:
    inner = call.func
    if isinstance(inner, ast.Call) and inner.args and module.qualified(inner.func) in WRAPPERS:
        return inner.args[0]
    return None


def is_layer(module: Module, node: ast.AST) -> bool:
    """Return whether an expression is a channel layer: `self.channel_layer`, `get_channel_layer()`, or named so."""
    if isinstance(node, ast.Call):
        return module.qualified(node.func) == GET
    name = getattr(node, "attr", getattr(node, "id", ""))
    if name == "channel_layer":
        return True
    return (
        any(_name(target) == name and type(target) is type(node) for target in _targets(module))
        if name
        else False
    )


def _targets(module: Module) -> Iterator[ast.AST]:
    for assign in module.all(ast.Assign):
        value = assign.value
        if isinstance(value, ast.Call) and module.qualified(value.func) == GET:
            yield from assign.targets


def _name(node: ast.AST) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _followed(module: Module, node: ast.AST, name: ast.Name) -> ast.expr:
    function = next((each for each in module.above(node) if isinstance(each, FUNCTIONS)), None)
    values = []
    for each in own(function.body) if function else []:
        if isinstance(each, ast.Assign) and any(
            getattr(target, "id", "") == name.id for target in each.targets
        ):
            values.append(each.value)
        if isinstance(each, ast.Assign) and any(
            _changes(target, name.id) for target in each.targets
        ):
            return name
    return values[0] if len(values) == 1 and isinstance(values[0], ast.Dict) else name


def _changes(target: ast.AST, name: str) -> bool:
    return isinstance(target, ast.Subscript) and getattr(target.value, "id", "") == name


def type_of(message: ast.Dict) -> ast.expr | None:
    """Return the value of "type" that counts: the last one."""
    return dict(entries(message)).get("type")
