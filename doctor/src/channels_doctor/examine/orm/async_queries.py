"""The asynchronous form of code that runs a query, as a diff."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..packages.django_release import django_release
from ..python.awaited_calls import needs_no_await
from ..python.expressions import (
    attribute_name,
    is_scope_item,
    is_variable,
    method_name,
)
from ..python.source_text import awaited_text, replacement_diff, source_text
from .iterations import is_tested
from .lazy_user import is_read_of_lazy_user
from .query_blocks import block_advice
from .query_methods import INSTANCE_QUERY_METHODS, LAZY_METHODS, QUERY_METHODS, RELATED_METHODS

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

ASYNC_LOOPS_SINCE = (4, 1)  # the Django release whose query sets `async for` reads
ASYNC_METHODS_SINCE = (4, 2)  # the Django release that added asave(), adelete() and aadd()
WITH_ASYNC_FORM = QUERY_METHODS | INSTANCE_QUERY_METHODS | RELATED_METHODS
LOOPS = (ast.For, ast.comprehension)
# Built-in functions whose results run the query when they are read.
ITERATORS = ("enumerate", "zip", "map", "filter", "iter")


def async_replacement(project: Project, module: Module, node: Any, is_direct: bool) -> str:
    """Return a diff that lets an asynchronous function run a query.

    `is_direct` says that the node runs the query itself, and not a function that it calls.
    """
    node = node.value if isinstance(node, ast.Starred) else node
    node = _whole_chain(module, node) if is_direct and isinstance(node, ast.Attribute) else node
    node = _text_call(module, node) if is_direct else node
    parent = module.parents.get(node)
    advice = block_advice(module, node)
    if advice:
        return advice
    if is_direct and _is_looped_over(parent, node):
        return _async_loop(project, module, parent)
    if is_direct and is_read_of_lazy_user(module, node):
        return _loaded_user(module, node)
    awaited = _awaited_queryset(node) if is_direct else None
    if awaited:
        text = source_text(module, awaited)
        return replacement_diff(module, awaited, f"await database_sync_to_async(list)({text})")
    used = _query_on_result(module, node) if is_direct else None
    if used is not None:
        return replacement_diff(module, used, f"await {_in_thread(source_text(module, used))}")
    return _awaited(project, module, node, is_direct)


def _awaited(project: Project, module: Module, node: Any, is_direct: bool) -> str:
    """Return the diff that puts `await` before the replacement of a node."""
    new = _awaitable(project, module, node, is_direct)
    if needs_no_await(module, node):
        return replacement_diff(module, node, new)
    return replacement_diff(module, node, awaited_text(module, node, new))


def _awaited_queryset(node: Any) -> ast.AST | None:
    """Return the `await` of a query set that a node reads, as in `(await load())[0]`.

    No lambda can hold it.
    """
    read = node.comparators[-1] if isinstance(node, ast.Compare) else node
    read = read.value if isinstance(read, (ast.Starred, ast.Subscript)) else read
    return read if isinstance(read, ast.Await) else None


def _is_looped_over(loop: Any, node: ast.AST) -> bool:
    return isinstance(loop, LOOPS) and loop.iter is node and not _is_iterator(node)


def _text_call(module: Module, node: ast.AST) -> ast.AST:
    """Return the call of `str()` around a variable, whose `__str__()` runs the query."""
    call = module.parents.get(node)
    is_text = isinstance(call, ast.Call) and is_variable(call.func, "str")
    return call if call and is_text and isinstance(node, ast.Name) else node


def _whole_chain(module: Module, node: ast.AST) -> ast.AST:
    """Return an attribute with those that are read from it, which may run a query, too."""
    parent = module.parents.get(node)
    is_read = isinstance(parent, ast.Attribute) and isinstance(parent.ctx, ast.Load)
    is_method = getattr(module.parents.get(parent), "func", None) is parent if parent else False
    return _whole_chain(module, parent) if parent and is_read and not is_method else node


def _query_on_result(module: Module, node: ast.AST) -> ast.AST | None:
    """Return the call of `.delete()` or the like on what a node returns."""
    method = module.parents.get(node)
    call = module.parents.get(method) if isinstance(method, ast.Attribute) else None
    is_query = attribute_name(method) in INSTANCE_QUERY_METHODS and isinstance(node, ast.Call)
    return call if is_query and getattr(call, "func", None) is method else None


def _in_thread(text: str) -> str:
    return f"database_sync_to_async(lambda: {text})()"


def _is_iterator(node: ast.AST) -> bool:
    """Return whether a node is an iterator, which `async for` does not accept."""
    is_call = isinstance(node, ast.Call)
    return is_call and (is_variable(node.func, *ITERATORS) or method_name(node) == "iterator")  # type: ignore[attr-defined]


def _loaded_user(module: Module, node: ast.Attribute) -> str:
    """Return the diff that loads a lazy user above the statement that reads it first."""
    text = f"await database_sync_to_async(lambda: {source_text(module, node)})()"
    outer = (each for each in module.enclosing_nodes(node) if isinstance(each, ast.stmt))
    return f"+{text}  # loads the user once\n {module.source_line(next(outer))}"


def _awaitable(project: Project, module: Module, node: Any, is_direct: bool) -> str:
    """Return what replaces the node behind `await`."""
    text = source_text(module, node)
    name = attribute_name(getattr(node, "func", None))
    is_read_later = _is_iterator(node) or _needs_list(module.parents.get(node), name)
    if is_direct and is_read_later:
        return f"database_sync_to_async(lambda: list({text}))()"
    is_lazy = not isinstance(node, ast.Call) or name in LAZY_METHODS
    if is_direct and is_lazy and is_tested(module, node):
        return _in_thread(f"bool({text})")
    if not isinstance(node, ast.Call):
        is_text = isinstance(module.parents.get(node), ast.FormattedValue)
        return _in_thread(f"str({text})" if is_text else text)
    function = source_text(module, node.func)
    rest = text[len(function) :]
    is_new = (django_release(project) or ASYNC_METHODS_SINCE) >= ASYNC_METHODS_SINCE
    if is_direct and is_new and name in WITH_ASYNC_FORM and not _is_session(node):
        return f"{function[: -len(name)]}a{name}{rest}"
    return f"database_sync_to_async({function}){rest}"


def _needs_list(parent: Any, method: str) -> bool:
    """Return whether a query set is unpacked, or awaited itself."""
    is_unpacked = isinstance(parent, ast.Assign) and isinstance(
        parent.targets[0], (ast.Tuple, ast.List)
    )
    is_awaited = isinstance(parent, ast.Await) and method in LAZY_METHODS
    return is_unpacked or is_awaited or isinstance(parent, ast.Starred)


def _is_session(call: Any) -> bool:
    """Return whether a call is that of a session, whose asynchronous methods are newer."""
    return is_scope_item(call.func.value, "session")


def _async_loop(project: Project, module: Module, loop: Any) -> str:
    """Return the diff that turns a loop over a query set into `async for`, or loops over a list."""
    is_old = (django_release(project) or ASYNC_LOOPS_SINCE) < ASYNC_LOOPS_SINCE
    if is_old or isinstance(module.parents.get(loop), ast.GeneratorExp):
        text = source_text(module, loop.iter)
        new = f"await database_sync_to_async(lambda: list({text}))()"
        return replacement_diff(module, loop.iter, new)
    line = module.source_line(loop.target)
    position = line.find("for ")
    if line.count("for ") != 1:
        return "+async for …"
    return f"-{line}\n+{line[:position]}async {line[position:]}"
