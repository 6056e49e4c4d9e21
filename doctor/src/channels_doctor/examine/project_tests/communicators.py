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

    @property
    def expects_success(self) -> bool:
        """Return whether the function asserts the first value that connect() returned."""
        names = list(self._connected_names())
        asserted: list[ast.expr] = []
        for node in ast.walk(self.function):
            if isinstance(node, ast.Assert):
                asserted.append(node.test)
            elif isinstance(node, ast.Call) and method_name(node) == "assertTrue":
                asserted.extend(node.args[:1])
        return any(is_variable(test, *names) for test in asserted)

    def _connected_names(self) -> Iterator[str]:
        """Yield `connected` for `connected, _ = await communicator.connect()`."""
        for call in self.method_calls("connect"):
            statement = self.module.parents.get(self.module.parents[call])
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            if isinstance(target, (ast.Tuple, ast.List)) and target.elts:
                name = variable_name(target.elts[0])
                if name:
                    yield name


def communicators(project: Project) -> Iterator[Communicator]:
    """Yield the communicators in the functions of all modules, tests or not."""
    for module in project.modules:
        for call in module.find_all(ast.Call):
            function = module.enclosing_function(call)
            if function and is_communicator(module, call):
                yield Communicator(module, call, function, variable_of(module, call))


def is_communicator(module: Module, call: ast.Call) -> bool:
    """Return whether a call makes a communicator of Channels."""
    is_from_channels = module.full_name(call.func).startswith("channels.testing.")
    return is_from_channels and called_name(call) == "WebsocketCommunicator"


def variable_of(module: Module, call: ast.Call) -> str:
    """Return the variable that a call is assigned to, "" for none."""
    parent = module.parents.get(call)
    return variable_name(parent.targets[0]) if isinstance(parent, ast.Assign) else ""
