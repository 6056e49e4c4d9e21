"""Which calls return a coroutine, so that nothing happens until it is awaited."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..channels.api import TO_THREAD
from ..channels.layer_calls import LAYER_METHODS, is_channel_layer
from ..channels.mixins import consumer_family, family_bases
from ..channels.own_calls import is_super
from .coroutine_uses import is_application_call
from .definitions import assigned_names, parameters
from .expressions import is_variable, method_name, own_method, variable_name, walk_body
from .thread_decorators import runs_in_thread

if TYPE_CHECKING:
    from ..project import Project
    from .definitions import Definition
    from .modules import Module

GENERIC_CONSUMERS = "channels.generic."
CONSUMER_METHODS = {
    "send",
    "accept",
    "close",
    "connect",
    "send_json",
    "websocket_connect",
    "websocket_receive",
    "websocket_disconnect",
    "dispatch",
    "send_headers",
    "send_body",
}
WRAPPER_NAMES = {each.rpartition(".")[2] for each in TO_THREAD}
CHANNELS_COROUTINES = {"channels.auth.login", "channels.auth.logout", "channels.auth.get_user"}
# Functions of asyncio whose coroutine is useless without await; create_task() starts its own.
ASYNCIO_COROUTINES = {"asyncio.sleep", "asyncio.wait_for", "asyncio.to_thread"}


def coroutine_name(project: Project, module: Module, call: ast.Call) -> str:
    """Return the name of the coroutine that a call returns, such as `RedisChannelLayer.group_send`.

    "" when the call may return anything else.
    """
    function = _called_function(module, call)
    if isinstance(function, ast.Call):
        return _wrapped_name(project, module, function)
    name = module.full_name(function)
    if _is_known_coroutine(module, name):
        return name
    if _is_layer_method(project, module, function):
        backend = project.default_backend.split(".")[-1] or "ChannelLayer"
        return f"{backend}.{function.attr}"  # type: ignore[attr-defined]
    called = project.resolver.function(module, function)
    if called:
        return _qualified_name(project, called) if _is_coroutine_function(called) else ""
    inherited = _inherited_name(project, module, call)
    return inherited or ("the application" if is_application_call(call) else "")


def wrapper_name(project: Project, module: Module, call: ast.Call) -> str:
    """Return the wrapper that makes the coroutine of a decorated function, "" for any other."""
    called = project.resolver.function(module, call.func)
    return "sync_to_async" if called and runs_in_thread(called) else ""


def _called_function(module: Module, call: ast.Call) -> ast.expr:
    """Return the function of a call: of a local variable with one value, that value."""
    name = variable_name(call.func)
    function = module.enclosing_function(call) if name else None
    nodes = list(walk_body(function.body)) if function else []
    values = [each.value for each in nodes if name in assigned_names(each) and each.value]
    stores = [each for each in nodes if is_variable(each, name) and isinstance(each.ctx, ast.Store)]
    is_parameter = function is not None and name in {each.arg for each in parameters(function)}
    is_single = len(values) == len(stores) == 1 and not is_parameter
    return values[0] if is_single else call.func


def _is_known_coroutine(module: Module, name: str) -> bool:
    is_asyncio = name in ASYNCIO_COROUTINES and "asyncio" in module.imports.values()
    return is_asyncio or name in CHANNELS_COROUTINES


def _wrapped_name(project: Project, module: Module, function: ast.Call) -> str:
    """Return the wrapper's name in `database_sync_to_async(save)(x)`.

    The wrapper refuses a method of the layer, so that there is no coroutine.
    """
    name = module.full_name(function.func)
    is_wrapper = name in TO_THREAD and bool(function.args)
    if not is_wrapper or _is_layer_method(project, module, function.args[0]):
        return ""
    return name.split(".")[-1]


def _is_layer_method(project: Project, module: Module, function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LAYER_METHODS
        and is_channel_layer(project, module, function.value)
    )


def _qualified_name(project: Project, called: Definition) -> str:
    """Return the name of a coroutine function as in Python's warning, with its class."""
    if called.node.decorator_list:
        return called.name
    cls = project.resolver.enclosing_class(called.module, called.node)
    is_method = cls is not None and called.node in cls.node.body
    return f"{cls.name}.{called.name}" if cls and is_method else called.name


def _accepts_itself(module: Module, call: ast.Call) -> bool:
    """Return whether a call of the inherited `connect()` would accept a second time."""
    function = module.enclosing_function(call)
    calls = ast.walk(function) if function and method_name(call) == "connect" else ()
    return any(own_method(each) == "accept" for each in calls)


def _is_coroutine_method(member: Definition) -> bool:
    return member.is_function and _is_coroutine_function(member)


def _is_coroutine_function(called: Definition) -> bool:
    is_async = isinstance(called.node, ast.AsyncFunctionDef) and called.is_undecorated
    is_generator = any(
        isinstance(each, (ast.Yield, ast.YieldFrom)) for each in ast.walk(called.node)
    )
    return runs_in_thread(called) or (is_async and not is_generator)


def _inherited_name(project: Project, module: Module, call: ast.Call) -> str:
    """Return the name of a method that an async consumer inherits from Channels."""
    is_inherited = is_super(call.func)
    method = method_name(call) if is_inherited else own_method(call)
    is_known = is_inherited or method in CONSUMER_METHODS
    cls = project.resolver.enclosing_class(module, call) if is_known else None
    family = consumer_family(project, cls) if cls else []
    classes = [each for each in family if each != cls or not is_inherited]
    own = [*filter(None, (project.resolver.own_member(each, method) for each in classes))]
    if cls is None or own or method not in CONSUMER_METHODS or _accepts_itself(module, call):
        is_coroutine = is_inherited and own and all(map(_is_coroutine_method, own))
        return _qualified_name(project, own[0]) if is_coroutine else ""
    bases = [
        base.split(".")[-1]
        for base in family_bases(project, family)
        if base.startswith(GENERIC_CONSUMERS)
    ]
    is_async = bool(bases) and all(base.startswith("Async") for base in bases)
    return f"{bases[0]}.{method}" if is_async else ""


def never_awaited(name: str) -> str:
    """Return Python's warning, which has the name of the function that made the coroutine."""
    owner, _, last = name.rpartition(".")
    if owner.endswith(("PubSubChannelLayer", "PubSubLayer")):
        name = "_async_proxy"  # which calls the layer of the event loop
    elif name.startswith(("asyncio.", "channels.")):
        name = last
    name = "SyncToAsync.__call__" if name in WRAPPER_NAMES else name
    return f"RuntimeWarning: coroutine '{name}' was never awaited"
