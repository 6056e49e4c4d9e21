"""The coroutines that run only in event loops which synchronous code starts for them."""

from __future__ import annotations

import ast
import itertools
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ..channels.api import CONSUMERS
from .definitions import HARMLESS_BASES, assignment_targets
from .expressions import attribute_name, is_variable, last_name, names_in, variable_name
from .new_loops import runs_in_new_loop

if TYPE_CHECKING:
    from ..project import Project
    from .modules import Function, Module

# What may start a coroutine that synchronous code made before.
STARTERS = {
    "run", "run_until_complete", "run_coroutine_threadsafe", "create_task", "ensure_future",
    "gather", "wait", "wait_for", "async_to_sync", "spawn", "start_soon", "send",
}  # fmt: skip


class _Wanted(NamedTuple):
    """A function whose uses are looked for, None for an attribute that holds one."""

    name: str
    module: Module
    function: Function | None


class PrivateLoops:
    """Finds out which loops run a coroutine, by the places that name it.

    One place that is not understood is enough for another loop. All methods of one name count as
    one. `served` are the paths of what the server imports, None where that is unknown: the calls
    in other modules are those of other processes.
    """

    def __init__(self, project: Project, served: set[str] | None) -> None:
        self._project = project
        self._served = served

    def run_alone(self, module: Module, function: Function) -> bool:
        """Return whether synchronous code starts a loop for every known call of a function."""
        waiting, seen = [_Wanted(function.name, module, function)], set()
        is_run = False
        while waiting:
            wanted = waiting.pop()
            if wanted not in seen:
                seen.add(wanted)
                uses = self._uses(wanted)
                other = [each for each in uses if not self._is_run(*each)]
                following = [each for each in itertools.starmap(_following, other) if each]
                if len(following) < len(other) or self._may_be_called_from_outside(wanted):
                    return False
                waiting += following
                is_run = is_run or len(other) < len(uses)
        return is_run

    def _is_run(self, module: Module, node: ast.AST) -> bool:
        """Return whether a new loop runs a node, or every use of the variable that gets it."""
        if runs_in_new_loop(self._project, module, node):
            return True
        around, name = module.nearest_function(node), _variable(module, node)
        if not name or not isinstance(around, ast.FunctionDef):
            return False
        uses = [each for each in ast.walk(around) if is_variable(each, name) and _is_read(each)]
        return bool(uses) and all(runs_in_new_loop(self._project, module, each) for each in uses)

    def _uses(self, wanted: _Wanted) -> list[tuple[Module, ast.AST]]:
        """Return the places that may read a function, or an attribute."""
        module, function = wanted.module, wanted.function
        found = self._mentions[wanted.name]
        around = module.nearest_function(function) if function else None
        if around:
            inside = set(ast.walk(around))
            return [each for each in found if each[1] in inside]
        if function and not isinstance(module.parents.get(function), ast.ClassDef):
            return found
        return [each for each in found if self._may_be_method(*each)]

    def _may_be_method(self, module: Module, node: ast.AST) -> bool:
        """Return whether a node is an attribute, and not that of another module."""
        found = self._project.resolver.definition(module, node)
        is_global = found is not None and found.node in found.module.tree.body
        is_attribute = isinstance(node, ast.Attribute) and not is_global
        return is_attribute and not _is_plain_call(module, node)

    @cached_property
    def _mentions(self) -> dict[str, list[tuple[Module, ast.AST]]]:
        """Return the places that read a name or an attribute, by its name."""
        found: dict[str, list[tuple[Module, ast.AST]]] = defaultdict(list)
        uses = [*self._project.find_all(ast.Name), *self._project.find_all(ast.Attribute)]
        for module, node in uses:
            is_served = self._served is None or module.path in self._served
            if is_served and isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
                found[last_name(node)].append((module, node))
        return found

    def _may_be_called_from_outside(self, wanted: _Wanted) -> bool:
        """Return whether code that is not in the project may call a function."""
        function, module = wanted.function, wanted.module
        if function is None:
            return False
        if module.nearest_function(function):
            return bool(function.decorator_list)
        cls = self._project.resolver.enclosing_class(module, function)
        bases = self._project.resolver.outside_bases(cls) - HARMLESS_BASES if cls else set()
        # Channels refuses a type of a message that begins with an underscore.
        is_hidden = function.name.startswith("_") and not function.name.endswith("__")
        is_own = is_hidden and all(base.startswith(CONSUMERS) for base in bases)
        return bool(function.decorator_list or (bases and not is_own))


def _is_plain_call(module: Module, node: ast.AST) -> bool:
    """Return whether synchronous code calls a method and starts nothing: it is no coroutine."""
    call, around = module.parents.get(node), module.nearest_function(node)
    if not isinstance(call, ast.Call) or call.func is not node:
        return False
    if not isinstance(around, ast.FunctionDef) or names_in(around) & STARTERS:
        return False
    return isinstance(module.parents.get(call), (ast.Assign, ast.Expr))


def _following(module: Module, node: ast.AST) -> _Wanted | None:
    """Return what to look for next: the coroutine around, or the attribute that gets the value."""
    around = module.nearest_function(node)
    if isinstance(around, ast.AsyncFunctionDef):
        return _Wanted(around.name, module, around)
    name = attribute_name(_target(module, node))
    return _Wanted(name, module, None) if name else None


def _variable(module: Module, node: ast.AST) -> str:
    """Return the variable that gets what a node is a part of, "" for anything else."""
    return variable_name(_target(module, node))


def _target(module: Module, node: ast.AST) -> ast.expr | None:
    statement = module.parents.get(node)
    while isinstance(statement, ast.expr):
        statement = module.parents.get(statement)
    targets = assignment_targets(statement) if isinstance(statement, ast.Assign) else []
    return targets[0] if len(targets) == 1 else None


def _is_read(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Load)
