"""The calls that run a coroutine in an event loop which the code makes for it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from .definitions import assignment_targets, parameters
from .expressions import called_name, is_variable, keyword, last_name, method_name

if TYPE_CHECKING:
    from ..project import Project
    from .modules import Module

LOOP_STARTERS = ("asyncio.run", "uvloop.run", "anyio.run")
THREAD = "threading.Thread"  # with `target=asyncio.run`
RUN_METHOD = "run_until_complete"
NEW_LOOP = "asyncio.new_event_loop"
THREADSAFE = "asyncio.run_coroutine_threadsafe"
TASK_METHOD = "create_task"


def runs_in_new_loop(project: Project, module: Module, node: ast.AST) -> bool:
    """Return whether a node is in the arguments of a call that runs a loop, or of such a helper."""
    return any(
        _starts_loop(module, call) or _is_in_helper(project, module, call, node)
        for call in calls_around(module, node)
    )


def calls_around(module: Module, node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls in the expression around a node, the innermost first."""
    parent = module.parents.get(node)
    while isinstance(parent, (ast.expr, ast.keyword)):
        if isinstance(parent, ast.Call):
            yield parent
        parent = module.parents.get(parent)


def _starts_loop(module: Module, call: ast.Call) -> bool:
    name = module.full_name(call.func)
    if called_name(call) == RUN_METHOD or name in LOOP_STARTERS:
        return True
    target = keyword(call, "target") if name == THREAD else None
    if target:
        return module.full_name(target) in LOOP_STARTERS
    if name == THREADSAFE and len(call.args) > 1:
        return _is_new_loop(module, call.args[1])
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    return method_name(call) == TASK_METHOD and _is_new_loop(module, holder)


def _is_new_loop(module: Module, node: ast.AST | None) -> bool:
    """Return whether a variable of a function, or an attribute of `self`, has only new loops."""
    is_own = isinstance(node, ast.Attribute) and is_variable(node.value, "self")
    if not is_own and not isinstance(node, ast.Name):
        return False
    values = [
        statement.value
        for statement in module.find_all(ast.Assign)
        for target in assignment_targets(statement)
        if isinstance(target, type(node)) and last_name(target) == last_name(node)
    ]
    loops = [each for each in values if not _is_none(each)]
    return bool(loops) and all(_is_call_of_new_loop(module, each) for each in loops)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_call_of_new_loop(module: Module, value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and module.full_name(value.func) == NEW_LOOP


def _is_in_helper(project: Project, module: Module, call: ast.Call, node: ast.AST) -> bool:
    """Return whether a node is an argument of a function that runs its parameter in a new loop."""
    values = [*call.args, *(each.value for each in call.keywords)]
    helper = project.resolver.function(module, call.func)
    if helper is None or not any(node in ast.walk(value) for value in values):
        return False
    names = {each.arg for each in parameters(helper.node)}
    started = (
        each
        for each in ast.walk(helper.node)
        if isinstance(each, ast.Call) and _starts_loop(helper.module, each)
    )
    return any(last_name(each.args[0]) in names for each in started if each.args)
