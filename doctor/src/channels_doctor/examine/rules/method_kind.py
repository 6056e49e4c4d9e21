"""A method is asynchronous in a synchronous consumer, or synchronous in an asynchronous one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.consumers import is_async_consumer, is_fully_resolved
from ..channels.handlers import Handler, find_handlers
from ..channels.own_calls import called_function
from ..channels.socket_uses import EFFECTS, SENDING_METHODS
from ..channels.sync_methods import is_of_other_kind
from ..diffs import changed_line, in_file, joined_diffs, wrapped_diff
from ..finding import Finding
from ..message_values.joined_groups import may_reach
from ..python.awaited_values import awaited_values
from ..python.expressions import own_method, walk_body
from ..python.source_text import replacement_diff, short_text, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.awaited_values import AwaitedValue
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "RuntimeWarning: coroutine 'ChatConsumer.connect' was never awaited"

NOT_AWAITABLE = "TypeError: object NoneType can't be used in 'await' expression"
TEXT_NOT_AWAITABLE = "TypeError: object str can't be used in 'await' expression"
JSON_CONSUMERS = "channels.generic.websocket."
# The methods for JSON, each with the method of the base class that calls it.
ENCODERS = {"encode_json": "send_json", "decode_json": "receive"}
JSON_FUNCTIONS = {"json.dumps", "json.loads", "orjson.dumps", "orjson.loads", "ujson.dumps"}
OWN = {*EFFECTS, *SENDING_METHODS}


def check(project: Project) -> Iterator[Finding]:
    """Find the handlers whose kind is not that of their consumer."""
    by_consumer: dict[str, list[Handler]] = {}
    for handler in find_handlers(project):
        is_called = handler.is_certain and handler.method.is_undecorated
        if is_called and (
            handler.is_of_channels or may_reach(project, handler.consumer, handler.name)
        ):
            by_consumer.setdefault(handler.consumer.full_name, []).append(handler)
    for handlers in by_consumer.values():
        yield from _in_consumer(project, handlers)
    for consumer in project.production_consumers:
        yield from _encoders(project, consumer)
    yield from map(_of_value, awaited_values(project))


def _of_value(awaited: AwaitedValue) -> Finding:
    module, node, call, kind = awaited
    name = short_text(call.func)
    message = f"`{name}()` is a plain `def` that returns a {kind}. Call it without `await`."
    fix = replacement_diff(module, node, source_text(module, call))
    symptom = f"TypeError: object {kind} can't be used in 'await' expression"
    return Finding(message, module.location(node), fix, symptom=symptom)


def _encoders(project: Project, consumer: Definition) -> Iterator[Finding]:
    """Find the methods for JSON of the other kind: `send_json()` awaits them, or does not."""
    bases = project.resolver.outside_bases(consumer)
    is_async = f"{JSON_CONSUMERS}AsyncJsonWebsocketConsumer" in bases
    is_json = is_async or f"{JSON_CONSUMERS}JsonWebsocketConsumer" in bases
    for name in ENCODERS if is_json and is_fully_resolved(project.resolver, consumer) else ():
        method = project.resolver.own_member(consumer, name)
        user = project.resolver.member(consumer, ENCODERS[name])
        is_own = method is not None and method.is_function and method.is_undecorated
        if method and is_own and not user and _has_other_kind(method, is_async):
            found = _finding(Handler(consumer, method, name, is_certain=True), is_async)
            yield found._replace(symptom=TEXT_NOT_AWAITABLE) if is_async else found


def _has_other_kind(method: Definition, is_async: bool) -> bool:
    """Return whether an encoder is asynchronous and should not be, or returns what none awaits."""
    if isinstance(method.node, ast.AsyncFunctionDef):
        return not is_async
    nodes = list(walk_body(method.node.body))
    values = [each.value for each in nodes if isinstance(each, ast.Return) and each.value]
    names = {method.module.full_name(getattr(each, "func", None)) for each in values}
    return is_async and bool(names) and names <= JSON_FUNCTIONS


def _in_consumer(project: Project, handlers: list[Handler]) -> Iterator[Finding]:
    consumer = handlers[0].consumer
    is_async = is_async_consumer(project.resolver, consumer)
    if is_async is None:
        return
    wrong = [each for each in handlers if is_of_other_kind(each.method, is_async)]
    own = [each for each in wrong if project.resolver.own_member(consumer, each.name)]
    if len(own) == len(wrong) == len(handlers) > 1:
        yield _base_finding(project, consumer, is_async)
    else:
        yield from (_finding(each, is_async) for each in wrong)


def _base_finding(project: Project, consumer: Definition, is_async: bool) -> Finding:
    if is_async:
        message = f"`{consumer.name}` is an asynchronous consumer, but its methods are plain `def`."
    else:
        message = (
            f"`{consumer.name}` is a synchronous consumer, but its methods are `async def`, so none"
            " of them ever runs. Inherit from the asynchronous class."
        )
    symptom = NOT_AWAITABLE if is_async else None
    place = consumer.module.location(consumer.node)
    return Finding(message, place, _base_fix(project, consumer, is_async), symptom=symptom)


def _base_fix(project: Project, consumer: Definition, is_async: bool) -> str:
    """Return the change of the base class that is of Channels, in the class that names it."""
    classes = [each for each in project.resolver.mro(consumer) if each.bases]
    owner = classes[-1]
    module, base = owner.module, owner.bases[-1]
    name = module.full_name(base).split(".")[-1]
    right = name.replace("Async", "") if is_async else f"Async{name}"
    fix = replacement_diff(module, base, right)
    return fix if module is consumer.module else in_file(module.path, fix)


def _finding(handler: Handler, is_async: bool) -> Finding:
    module, node = handler.method.module, handler.method.node
    line = module.source_line(node)
    number = node.lineno
    if is_async:
        message = (
            f"`{handler.name}()` is a plain `def`, but an asynchronous consumer awaits it."
            " Write `async def`."
        )
        changes = [(number, f"-{line}\n+async {line}"), *_without_wrappers(module, node)]
    else:
        message = (
            f"`{handler.name}()` is `async def`, but a synchronous consumer calls it without"
            " `await`, so it never runs. Write `def`."
        )
        plain = f"-{line}\n+{line.replace('async ', '', 1)}"
        changes = [(number, plain), *_without_awaits(module, node)]
    name = f"{handler.consumer.name}.{handler.name}"
    symptom = NOT_AWAITABLE if is_async else f"RuntimeWarning: coroutine '{name}' was never awaited"
    return Finding(message, module.location(node), joined_diffs(changes), symptom=symptom)


def _without_wrappers(module: Module, function: Any) -> Iterator[tuple[int, str]]:
    """Yield the changes from `async_to_sync(f)(…)` and `self.send(…)` to `await f(…)`."""
    for call in walk_body(function.body):
        if not isinstance(call, ast.Call):
            continue
        if called_function(module, call) is not call.func:
            text = source_text(module, called_function(module, call))
            yield call.lineno, replacement_diff(module, call.func, f"await {text}")
        elif own_method(call) in OWN and isinstance(module.parents.get(call), ast.Expr):
            yield call.lineno, wrapped_diff(module, call, "await ", "")


def _without_awaits(module: Module, function: Any) -> Iterator[tuple[int, str]]:
    """Yield the changes from `await self.send(…)` to `self.send(…)`; others get async_to_sync()."""
    for node in walk_body(function.body):
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            line, name = module.source_line(node), source_text(module, node.value.func)
            right = name if own_method(node.value) in OWN else f"async_to_sync({name})"
            yield node.lineno, changed_line(line, line.replace(f"await {name}", right, 1))
