"""Which calls of a project return a coroutine, so that nothing happens until it is awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..channels.layer_calls import METHODS, is_layer
from .names import is_plain

if TYPE_CHECKING:
    from ..project import Project
    from .modules import Module
    from .names import Definition

GENERIC = "channels.generic."
SENDERS = {
    "send",
    "accept",
    "close",
    "send_json",
    "websocket_connect",
    "websocket_receive",
    "send_headers",
    "send_body",
}
TO_ASYNC = {
    "channels.db.database_sync_to_async",
    "channels.db.DatabaseSyncToAsync",
    "asgiref.sync.sync_to_async",
    "asgiref.sync.SyncToAsync",
}
TASKLESS = {"asyncio.sleep", "asyncio.wait_for", "asyncio.to_thread"}


def coroutine(project: Project, module: Module, call: ast.Call) -> str:
    """Return whose coroutine a call returns, as `RedisChannelLayer.group_send`; "" when that is not sure."""
    function = call.func
    if isinstance(function, ast.Call):
        return _wrapped(module, function)
    if (
        module.qualified(function) in TASKLESS
        and module.qualified(function).split(".")[0] in module.imports.values()
    ):
        return module.qualified(function)
    if (
        isinstance(function, ast.Attribute)
        and function.attr in METHODS
        and is_layer(module, function.value)
    ):
        return f"{project.backend.split('.')[-1] or 'ChannelLayer'}.{function.attr}"
    found = project.names.callee(module, call)
    if found:
        return found.node.name if _is_coroutine(found) else ""
    return _of_channels(project, module, call)


def _wrapped(module: Module, function: ast.Call) -> str:
    """Return the name of a wrapped function that is called, as in `database_sync_to_async(save)(x)`."""
    name = module.qualified(function.func)
    return name.split(".")[-1] if name in TO_ASYNC and function.args else ""


def _is_coroutine(found: Definition) -> bool:
    names = [
        found.module.qualified(getattr(each, "func", each)) for each in found.node.decorator_list
    ]
    if any(name in TO_ASYNC for name in names):
        return len(names) == 1
    yields = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(found.node))
    return isinstance(found.node, ast.AsyncFunctionDef) and is_plain(found) and not yields


def _of_channels(project: Project, module: Module, call: ast.Call) -> str:
    """Return the name of a method that an asynchronous consumer inherits from Channels, and nobody overrides."""
    function, around = call.func, project.names.around(module, call)
    if not (
        around
        and isinstance(function, ast.Attribute)
        and getattr(function.value, "id", "") == "self"
    ):
        return ""
    bases = [base for base in project.names.outside(around) if base.startswith(GENERIC)]
    asynchronous = bool(bases) and all(base.split(".")[-1].startswith("Async") for base in bases)
    inherited = asynchronous and project.names.member(around, function.attr) is None
    return (
        f"{bases[0].split('.')[-1]}.{function.attr}"
        if inherited and function.attr in SENDERS
        else ""
    )
