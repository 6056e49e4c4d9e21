"""A coroutine is never awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels import disconnect_calls
from ..channels.api import ON_COMMIT
from ..channels.ignored_return_values import returned_calls
from ..channels.socket_uses import SENDING_METHODS
from ..channels.sync_methods import as_coroutine_function, is_plain_handler, is_sync_method
from ..channels.uncalled_methods import Uncalled, uncalled_functions
from ..diffs import once_a_file
from ..finding import Finding
from ..project_tests.unawaited_calls import unawaited_calls
from ..python.awaited_calls import is_called_by_coroutine
from ..python.coroutine_uses import (
    returned_applications,
    scope_calls,
    used_calls,
    wrapped_calls,
)
from ..python.coroutines import coroutine_name, never_awaited, wrapper_name
from ..python.expressions import method_name, own_method
from ..python.modules import FUNCTIONS
from ..python.source_text import awaited_text, replacement_diff, short_text, source_text
from ..python.thread_decorators import is_put_in_thread

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "RuntimeWarning: coroutine 'RedisChannelLayer.group_send' was never awaited"


def check(project: Project) -> Iterator[Finding]:
    """Find calls of coroutine functions whose result is not awaited."""
    for module, call in disconnect_calls.without_repeats(project, _dropped(project)):
        name = coroutine_name(project, module, call)
        # A call at the top level, as in a script, fails visibly.
        if name and module.is_inside(call, *FUNCTIONS, ast.Lambda):
            yield from _of_dropped(project, module, call, name)
    wrapped = ((*each, coroutine_name(project, *each)) for each in _wrapped(project))
    yield from once_a_file(_wrapped_finding(*each) for each in wrapped if each[-1])
    for module, call in unawaited_calls(project):
        yield _finding(project, module, call, f"WebsocketCommunicator.{method_name(call)}")
    yield from map(_uncalled_finding, uncalled_functions(project))


def _uncalled_finding(uncalled: Uncalled) -> Finding:
    """Return the finding of a statement that names a function, or wraps it, and calls neither."""
    module, node, function, call = uncalled
    is_plain = node is function
    name = "it" if is_plain else f"`{short_text(function)}`"
    how = "Call it" if is_plain else "Call what it returns"
    message = f"`{short_text(node)}` is the whole statement, so {name} never runs. {how}."
    return Finding(message, module.location(node), call, symptom="The function never runs.")


def _dropped(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    """Yield calls whose results are dropped, or are used as if they were no coroutines."""
    for module, statement in project.find_all(ast.Expr):
        if isinstance(statement.value, ast.Call):
            yield module, statement.value
    for module, call in project.calls(ON_COMMIT):
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Lambda) and isinstance(first.body, ast.Call):
            yield module, first.body
    for module in project.production_modules:
        calls = [*used_calls(module), *scope_calls(module), *returned_applications(module)]
        yield from ((module, call) for call in calls)
    yield from returned_calls(project)


def _wrapped(project: Project) -> Iterator[tuple[Module, ast.Call]]:
    for module in project.production_modules:
        yield from ((module, call) for call in wrapped_calls(module))


def _of_dropped(project: Project, module: Module, call: ast.Call, name: str) -> Iterator[Finding]:
    """Find a call, unless the fix of its plain handler awaits it, too."""
    function = module.enclosing_function(call)
    if own_method(call) not in SENDING_METHODS or not is_plain_handler(project, function):
        yield _finding(project, module, call, name)


def _finding(project: Project, module: Module, call: ast.Call, name: str) -> Finding:
    if disconnect_calls.calls_disconnect(project, module, call):
        fix = disconnect_calls.closing_diff(module, call)
        return Finding(
            disconnect_calls.closing_message(call),
            module.location(call),
            fix,
            symptom=disconnect_calls.arguments_error(project, module, call) or never_awaited(name),
        )
    if disconnect_calls.closes_a_closed_socket(module, call, name):
        return _useless_close(module, call, name)
    function = module.enclosing_function(call)
    if is_sync_method(project, module, function):
        return _to_coroutine(module, call, name)
    return _unawaited(project, module, call, name)


def _unawaited(project: Project, module: Module, call: ast.Call, name: str) -> Finding:
    function: Any = module.enclosing_function(call)
    is_async = isinstance(function, ast.AsyncFunctionDef)
    how, fix = (
        "Await it",
        replacement_diff(module, call, awaited_text(module, call, source_text(module, call))),
    )
    if (
        not is_async
        and is_called_by_coroutine(module, function)
        and not is_put_in_thread(module, function)
    ):
        how = f"Make `{function.name}()`, which coroutines call, a coroutine function"
        fix = f"Write `async def {function.name}`, and `await` this call and those of the function."
    elif not is_async:
        wrapped = f"async_to_sync({source_text(module, call.func)})"
        how, fix = "Use `async_to_sync()`", replacement_diff(module, call.func, wrapped)
    message = f"`{short_text(call)}` creates a coroutine ({name}) that is never awaited. {how}."
    cause = (module.path, str(getattr(function, "lineno", call.lineno)), name, how)
    symptom = never_awaited(wrapper_name(project, module, call) or name)
    return Finding(message, module.location(call), fix, symptom=symptom, cause=cause)


def _to_coroutine(module: Module, call: ast.Call, name: str) -> Finding:
    function: Any = module.enclosing_function(call)
    message = (
        f"`{short_text(call)}` creates a coroutine ({name}) that is never awaited. Make"
        f" `{function.name}()` a coroutine function, and await both."
    )
    awaited = replacement_diff(module, call, awaited_text(module, call, source_text(module, call)))
    fix = as_coroutine_function(module, function, [(call.lineno, awaited)])
    return Finding(message, module.location(call), fix, symptom=never_awaited(name))


def _useless_close(module: Module, call: ast.Call, name: str) -> Finding:
    message = (
        f"`{short_text(call)}` creates a coroutine ({name}) that is never awaited. Delete the"
        " call: the connection has ended, so awaiting it may fail."
    )
    fix = disconnect_calls.removal_diff(module, call)
    return Finding(message, module.location(call), fix, symptom=never_awaited(name))


def _wrapped_finding(module: Module, call: ast.Call, name: str) -> Finding:
    message = (
        f"`async_to_sync()` gets the coroutine of `{short_text(call)}` and not the function, so"
        " nothing runs. Call what `async_to_sync()` returns."
    )
    wrapper = module.parents[call]
    text, function = source_text(module, call), source_text(module, call.func)
    wrapped = source_text(module, wrapper.func)  # type: ignore[attr-defined]
    right = f"{wrapped}({function}){text[len(function) :]}"
    fix = replacement_diff(module, wrapper, right)
    return Finding(message, module.location(call), fix, symptom=never_awaited(name))
