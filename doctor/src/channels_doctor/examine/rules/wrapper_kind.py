"""A decorator gives an asynchronous consumer None in place of a coroutine."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from ..channels.consumers import is_async_consumer
from ..channels.handlers import find_handlers
from ..diffs import changed_line, joined_diffs
from ..finding import Finding
from ..python.decorators import wrapper_of
from ..python.definitions import outer_parameters
from ..python.expressions import last_name, variable_name, walk_body, without_call

if TYPE_CHECKING:
    from ..channels.handlers import Handler
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "TypeError: object NoneType can't be used in 'await' expression"

FIX = "Return a coroutine on each path, such as that of an `async def` that does nothing."


def check(project: Project) -> Iterator[Finding]:
    """Find handlers that a decorator replaces with a plain function which may return None."""
    found: dict[ast.AST, Finding] = {}
    for handler in find_handlers(project):
        is_async = is_async_consumer(project.resolver, handler.consumer)
        wrapper = (
            _half_wrapper(project, handler.method) if is_async and handler.is_certain else None
        )
        if wrapper:
            found.setdefault(wrapper.node, _finding(project, handler, wrapper))
    yield from found.values()


def _finding(project: Project, handler: Handler, wrapper: Definition) -> Finding:
    message = (
        f"`{wrapper.name}()` replaces `{handler.name}()` of an asynchronous consumer, and returns"
        " None where it does not call it. Write `async def` and `await`."
    )
    decorator = last_name(without_call(handler.method.node.decorator_list[0]))
    plain = (
        each
        for _, function in project.find_all(ast.FunctionDef)
        for each in function.decorator_list
        if last_name(without_call(each)) == decorator
    )
    fix = FIX if any(plain) else _as_coroutine(wrapper)
    return Finding(message, wrapper.module.location(wrapper.node), fix)


def _half_wrapper(project: Project, method: Definition) -> Definition | None:
    """Return the plain function that replaces a coroutine function, and returns None at times."""
    decorators = method.node.decorator_list
    if not isinstance(method.node, ast.AsyncFunctionDef) or not decorators:
        return None
    wrapper = wrapper_of(project.resolver, method.module, decorators[0])
    if wrapper is None or not isinstance(wrapper.node, ast.FunctionDef):
        return None
    body = wrapper.node.body
    returns = [each.value for each in walk_body(body) if isinstance(each, ast.Return)]
    is_none = _ends(body) or any(map(_is_none, returns))
    return wrapper if is_none and _coroutines(wrapper.module, wrapper.node) else None


def _coroutines(module: Module, function: ast.FunctionDef) -> list[ast.Return]:
    """Return the statements that return what the wrapped function returns."""
    wrapped = outer_parameters(module, function)
    returns = (each for each in walk_body(function.body) if isinstance(each, ast.Return))
    return [
        each
        for each in returns
        if isinstance(each.value, ast.Call) and variable_name(each.value.func) in wrapped
    ]


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _ends(body: Sequence[Any]) -> bool:
    """Return whether statements may run to their end, without `return` and `raise`."""
    last = body[-1]
    if isinstance(last, ast.If):
        return not last.orelse or _ends(last.body) or _ends(last.orelse)
    return isinstance(last, (ast.Expr, ast.Assign, ast.Pass))


def _as_coroutine(wrapper: Definition) -> str:
    """Return a diff that makes a wrapper asynchronous, so that it awaits what it wraps."""
    module, node = wrapper
    line = module.source_line(node)
    changes = [(node.lineno, changed_line(line, line.replace("def ", "async def ", 1)))]
    for each in _coroutines(module, node):
        line = module.source_line(each)
        new = line.replace("return ", "return await ", 1)
        changes.append((each.lineno, changed_line(line, new)))
    return joined_diffs(changes)
