"""What an event loop runs: the bodies of `async def`, and the plain functions that they call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple

from .definitions import TRANSPARENT_DECORATORS
from .expressions import last_name, walk_body, without_call
from .modules import Function, Module
from .signal_receivers import RECEIVER, receivers
from .unawaited_overrides import is_never_awaited, is_plain_view

if TYPE_CHECKING:
    from ..project import Project
    from .definitions import Definition

MAX_CALL_DEPTH = 3  # plain functions that call plain functions
# A function that uses one of these decides for itself what to do in an event loop.
LOOP_CHECKS = {"get_running_loop", "get_event_loop", "_get_running_loop", "in_event_loop"}
# Other decorators whose function runs where it is called.
SYNC_DECORATORS = {"django.db.transaction.atomic", RECEIVER}

# Returns the matches in a function's own body, each with its syntax node as `node`.
FindMatches = Callable[[Module, Function], "list[Any]"]


class LoopMatch(NamedTuple):
    """A match that an event loop runs.

    `function` is the `async def`, and `node` the match or the call in it that leads there.
    `helper` is the plain function in between, None for a match in the `async def` itself.
    """

    module: Module
    function: ast.AsyncFunctionDef
    node: ast.AST
    match: Any
    helper: Definition | None
    other_lines: tuple[int, ...] = ()  # in which the function calls the plain one again

    @property
    def via(self) -> str:
        """Return the plain function in between as a part of a sentence, "" when there is none."""
        if self.helper is None:
            return ""
        lines = ", ".join(map(str, self.other_lines))
        again = f", also in line {lines}" if lines else ""
        path, line = self.helper.module.path, self.helper.node.lineno
        return f" through {self.helper.name}() ({path}:{line}){again}"


class CallGraph:
    """Follows the calls from `async def` to the matches of a search."""

    def __init__(self, project: Project, find_matches: FindMatches) -> None:
        self._project = project
        self._find_matches = find_matches
        self._first_matches: dict[ast.AST, Any] = {}

    def loop_matches(self) -> Iterator[LoopMatch]:
        """Yield the matches that run in an event loop, tests left out."""
        for module, function in self._project.find_all(ast.AsyncFunctionDef):
            is_dead = is_never_awaited(self._project.resolver, module, function)
            if is_dead or is_plain_view(module, function):
                continue
            for match in self._find_matches(module, function):
                yield LoopMatch(module, function, match.node, match, None)
            yield from self._matches_in_helpers(module, function)

    def _matches_in_helpers(
        self, module: Module, function: ast.AsyncFunctionDef
    ) -> Iterator[LoopMatch]:
        """Yield the first call of each plain function that runs a match, with the others' lines."""
        calls: dict[ast.AST, list[tuple[ast.Call, Definition]]] = {}
        for call, helper in self._called_functions(module, function):
            calls.setdefault(helper.node, []).append((call, helper))
        for (call, helper), *others in calls.values():
            match = self.first_match(helper)
            if match:
                lines = tuple(each.lineno for each, _ in others if each.lineno != call.lineno)
                yield LoopMatch(module, function, call, match, helper, lines)

    def first_match(self, definition: Definition, depth: int = 0) -> Any:
        """Return the first match that calling a plain function runs, None for no match."""
        function = definition.node
        is_plain = isinstance(function, ast.FunctionDef) and _runs_at_once(definition)
        if not is_plain or depth > MAX_CALL_DEPTH:
            return None
        if function not in self._first_matches:
            self._first_matches[function] = None  # ends a recursion
            if self._is_deferred(definition):
                return None
            matches = self._find_matches(definition.module, function)
            self._first_matches[function] = (
                matches[0] if matches else self._match_in_calls(definition, depth)
            )
        return self._first_matches[function]

    def _is_deferred(self, definition: Definition) -> bool:
        """Return whether a function checks for an event loop, or runs only when it is iterated.

        A function in a condition may check: `if in_async_context():`.
        """
        nodes = list(walk_body(definition.node.body))
        tests = (each for node in nodes if isinstance(node, ast.If) for each in ast.walk(node.test))
        functions = (each.func for each in tests if isinstance(each, ast.Call))
        asked = [self._project.resolver.function(definition.module, each) for each in functions]
        bodies = [nodes, *(walk_body(each.node.body) for each in asked if each)]
        checks = any(last_name(node) in LOOP_CHECKS for body in bodies for node in body)
        return checks or any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes)

    def _match_in_calls(self, definition: Definition, depth: int) -> Any:
        calls = self._called_functions(definition.module, definition.node)
        matches = (self.first_match(helper, depth + 1) for _, helper in calls)
        return next(filter(None, matches), None)

    def _called_functions(
        self, module: Module, function: Function
    ) -> Iterator[tuple[ast.Call, Definition]]:
        for node in walk_body(function.body):
            if isinstance(node, ast.Call):
                called = self._project.resolver.function(module, node.func)
                if called:
                    yield node, called
                yield from ((node, each) for each in receivers(self._project, module, node))


def _runs_at_once(definition: Definition) -> bool:
    """Return whether a call runs the function in the thread of the caller."""
    decorators = map(without_call, definition.node.decorator_list)
    known = TRANSPARENT_DECORATORS | SYNC_DECORATORS
    return all(definition.module.full_name(each) in known for each in decorators)
