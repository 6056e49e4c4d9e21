"""The WebsocketCommunicators in the project's tests."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.expressions import called_name, is_variable, method_name, variable_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module


class Communicator(NamedTuple):
    """A `WebsocketCommunicator(…)` in a function; `name` is its variable there, "" for none."""

    module: Module
    call: ast.Call
    function: Function
    name: str

    def method_calls(self, *methods: str) -> Iterator[ast.Call]:
        """Yield the calls of some methods of the communicator in its function."""
        for node in ast.walk(self.function):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and method_name(node) in methods
                and is_variable(node.func.value, self.name)
            ):
                yield node


def communicators(project: Project) -> Iterator[Communicator]:
    """Yield the communicators in the functions of all modules, tests or not."""
    for module in project.modules:
        for call in module.find_all(ast.Call):
            function = module.enclosing_function(call)
            is_from_channels = module.full_name(call.func).startswith("channels.testing.")
            if function and is_from_channels and called_name(call) == "WebsocketCommunicator":
                yield Communicator(module, call, function, _variable(module, call))


def _variable(module: Module, call: ast.Call) -> str:
    parent = module.parents.get(call)
    return variable_name(parent.targets[0]) if isinstance(parent, ast.Assign) else ""
