"""Middleware that is called as in Channels 2: with the scope alone."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator, List, NamedTuple, Tuple

from ..python.definitions import outer_parameters, parameters
from ..python.expressions import (
    all_arguments,
    called_name,
    is_variable,
    method_name,
    own_method,
)
from ..python.modules import FUNCTIONS
from ..python.source_text import replacement_diff, source_text
from .channels_2_instances import INNER, changes_of_instance

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

TOO_FEW = "missing 2 required positional arguments: 'receive' and 'send'"
FIRST, REST = ["scope"], ["receive", "send"]
FAILS = "gets the scope alone, as in Channels 2, so every socket fails."

Fixes = List[Tuple[int, str]]


class Channels2Code(NamedTuple):
    """A function or a call with the scope alone, what to say of it, the changes, and the error."""

    module: Module
    node: ast.AST
    message: str
    fixes: Fixes
    symptom: str


def channels_2_middleware(project: Project) -> Iterator[Channels2Code]:
    """Yield middleware that gets the scope alone, or calls the inner application with it."""
    for module, function in project.find_all(ast.FunctionDef):
        names = [each.arg for each in parameters(function)]
        is_method = function.name == "__call__" and names[1:] == FIRST
        if is_method or names == FIRST:
            yield from _of_scope(project, module, function, is_method)
    for module, coroutine in project.find_all(ast.AsyncFunctionDef):
        if [each.arg for each in parameters(coroutine)][1:] == FIRST + REST:
            yield from _inner_calls(module, coroutine)


def _of_scope(
    project: Project, module: Module, function: ast.FunctionDef, is_method: bool
) -> Iterator[Channels2Code]:
    inner = method_name if is_method else called_name
    wrapped = INNER if is_method else outer_parameters(module, function)
    calls = [each for each in ast.walk(function) if isinstance(each, ast.Call)]
    old = [each for each in calls if inner(each) in wrapped]
    made = [] if old else [(each, _second(project, module, each)) for each in calls]
    instances = [(call, step) for call, step in made if step]
    if not old and not instances:
        return
    advice = "Write it as a coroutine with `scope, receive, send`."
    fixes = _as_coroutine(module, function, old)
    if instances:
        changes = changes_of_instance(module, *instances[0])
        fixes = [*fixes, *changes] if changes else []
    if not fixes:
        name = called_name(instances[0][0])
        advice = f"Move the code of `{name}` to a coroutine with `scope, receive, send`."
    message = f"`{function.name}` {FAILS} {advice}"
    yield Channels2Code(module, function, message, fixes, _too_many(module, function))


def _too_many(module: Module, function: ast.FunctionDef) -> str:
    """Return the error of a call with three arguments, with the name that Python shows."""
    name, outer = function.name, module.parents.get(function)
    if isinstance(outer, ast.ClassDef):
        return f"TypeError: {outer.name}.{name}() takes 2 positional arguments but 4 were given"
    name = f"{outer.name}.<locals>.{name}" if isinstance(outer, FUNCTIONS) else name
    return f"TypeError: {name}() takes 1 positional argument but 3 were given"


def _second(project: Project, module: Module, call: ast.Call) -> Definition | None:
    """Return the `__call__` with the rest of the object that a call with the scope makes."""
    made = project.resolver.definition(module, call.func)
    step = project.resolver.own_member(made, "__call__") if made and made.is_class else None
    is_rest = step is not None and [each.arg for each in parameters(step.node)][1:] == REST
    gets_scope = any(is_variable(each, "scope") for given in call.args for each in ast.walk(given))
    return step if is_rest and gets_scope else None


def _as_coroutine(module: Module, function: ast.FunctionDef, calls: list[ast.Call]) -> Fixes:
    """Return the change of a function and of its calls of the inner application."""
    line = module.source_line(function).strip()
    new = "async " + re.sub(r"(scope[^,()]*)\)", r"\1, receive, send)", line)
    changed = [(each.lineno, _inner_call(module, each)) for each in calls]
    return [(function.lineno, f"-{line}\n+{new}"), *changed]


def _inner_call(module: Module, call: Any) -> str:
    """Return the change of a call with the scope to one with all three arguments."""
    function, scope = source_text(module, call.func), source_text(module, all_arguments(call)[0])
    wait = "" if isinstance(module.parents.get(call), ast.Await) else "await "
    return replacement_diff(module, call, f"{wait}{function}({scope}, receive, send)")


def _inner_calls(module: Module, function: ast.AsyncFunctionDef) -> Iterator[Channels2Code]:
    """Yield the calls of the inner application with the scope in a coroutine."""
    for call in ast.walk(function):
        if own_method(call) in INNER and len(all_arguments(call)) == 1:
            text = f"`{source_text(module, call)}` {FAILS} Call it with `scope, receive, send`."
            fixes = [(getattr(call, "lineno", 0), _inner_call(module, call))]
            yield Channels2Code(module, call, text, fixes, TOO_FEW)
