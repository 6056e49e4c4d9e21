"""What runs in an event loop: the bodies of `async def`, and the plain functions that they call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple

from .expressions import own
from .modules import Function, Module
from .names import Definition, is_plain

if TYPE_CHECKING:
    from ..project import Project

Culprits = Callable[[Module, Function], "list[Any]"]
DEEPEST = 3  # plain functions called by plain functions
LOOKS_FOR_A_LOOP = {"get_running_loop", "get_event_loop", "_get_running_loop", "in_event_loop"}


class Reached(NamedTuple):
    """A culprit in an event loop: what `async def` leads to it, by which node there, and the culprit itself."""

    module: Module
    function: ast.AsyncFunctionDef
    node: ast.AST
    culprit: Any
    helper: Definition | None

    @property
    def via(self) -> str:
        """Return the plain function in between as a part of a sentence, "" when there is none."""
        if self.helper is None:
            return ""
        return f" through {self.helper.node.name}() ({self.helper.module.path}:{self.helper.node.lineno})"


class Reach:
    """Finds what some test calls culprits, wherever an event loop runs them."""

    def __init__(self, project: Project, culprits: Culprits) -> None:
        self._project = project
        self._culprits = culprits
        self._known: dict[ast.AST, Any] = {}

    def all(self) -> Iterator[Reached]:
        """Yield the culprits in every `async def` of the project but the tests'."""
        for module, function in self._project.all(ast.AsyncFunctionDef):
            yield from self._in(module, function)

    def _in(self, module: Module, function: ast.AsyncFunctionDef) -> Iterator[Reached]:
        direct = self._culprits(module, function)
        for culprit in direct:
            yield Reached(module, function, culprit.node, culprit, None)
        for call in own(function.body):
            helper = (
                self._project.names.callee(module, call) if isinstance(call, ast.Call) else None
            )
            culprit = self.inside(helper) if helper else None
            if culprit:
                yield Reached(module, function, call, culprit, helper)

    def inside(self, found: Definition, depth: int = 0) -> Any:
        """Return the first culprit that calling a plain function runs, or None."""
        node = found.node
        if (
            not isinstance(node, ast.FunctionDef)
            or not is_plain(found)
            or depth > DEEPEST
            or _is_careful(node)
        ):
            return None
        if node not in self._known:
            self._known[node] = None  # a function that calls itself adds nothing
            self._known[node] = next(
                iter(self._culprits(found.module, node)), None
            ) or self._deeper(found, depth)
        return self._known[node]

    def _deeper(self, found: Definition, depth: int) -> Any:
        for call in own(found.node.body):
            helper = (
                self._project.names.callee(found.module, call)
                if isinstance(call, ast.Call)
                else None
            )
            culprit = self.inside(helper, depth + 1) if helper else None
            if culprit:
                return culprit
        return None


def _is_careful(function: ast.FunctionDef) -> bool:
    """Return whether a function asks where it runs, or runs only when it is iterated."""
    nodes = list(own(function.body))
    names = {getattr(node, "attr", getattr(node, "id", "")) for node in nodes}
    return bool(names & LOOKS_FOR_A_LOOP) or any(
        isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes
    )
