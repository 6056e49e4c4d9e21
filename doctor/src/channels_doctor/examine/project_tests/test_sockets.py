"""The sockets that tests open: directly, or through a fixture or function that makes them."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..python.definitions import parameters
from ..python.expressions import argument, called_name, method_name, variable_name
from ..python.modules import FUNCTIONS
from .communicators import Communicator, is_communicator, variable_of

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module


class TestSocket(NamedTuple):
    """A socket of a test, with its application and its path, None where those are unknown.

    `owner` is the module of the application's expression.
    """

    communicator: Communicator
    owner: Module
    application: ast.expr | None
    path: ast.expr | None

    @property
    def expects_success(self) -> bool:
        """Return whether the test asserts the first value that connect() returned."""
        return self.communicator.expects_success


class Maker(NamedTuple):
    """A `WebsocketCommunicator(…)` that a fixture or a function returns."""

    module: Module
    call: ast.Call
    function: Function


@lru_cache(maxsize=1)
def find_test_sockets(project: Project) -> list[TestSocket]:
    """Return the sockets in the project's tests."""
    makers = dict(_makers(project))
    return [
        socket
        for module in project.test_modules
        for call in module.find_all(ast.Call)
        for socket in _sockets(module, call, makers)
    ]


def _sockets(module: Module, call: ast.Call, makers: dict[str, Maker]) -> Iterator[TestSocket]:
    function = module.enclosing_function(call)
    if function is None:
        return
    found = Communicator(module, call, function, variable_of(module, call))
    maker = makers.get(called_name(call))
    if is_communicator(module, call):
        path = argument(call, 1, "path")
        yield TestSocket(found, module, argument(call, 0, "application"), path)
    elif maker and not method_name(call):
        owner, application = _given(maker, module, call, argument(maker.call, 0, "application"))
        _, path = _given(maker, module, call, argument(maker.call, 1, "path"))
        yield TestSocket(found, owner, application, path)


def _makers(project: Project) -> Iterator[tuple[str, Maker]]:
    """Yield the functions that return a communicator, and those that return such a function."""
    for module in project.test_modules:
        for statement in module.find_all(ast.Return):
            value = statement.value
            if isinstance(value, ast.Call) and is_communicator(module, value):
                around = [*module.enclosing_nodes(statement)]
                functions = [each for each in around if isinstance(each, FUNCTIONS)]
                for each in functions:
                    yield each.name, Maker(module, value, functions[0])


def _given(
    maker: Maker, module: Module, call: ast.Call, node: ast.expr | None
) -> tuple[Module, ast.expr | None]:
    """Return what the call of a maker gives for an argument of the communicator."""
    names = [each.arg for each in parameters(maker.function)]
    name = variable_name(node)
    if name not in names:
        return maker.module, node
    return module, argument(call, names.index(name), name)
