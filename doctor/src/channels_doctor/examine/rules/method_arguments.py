"""A method of a consumer does not take the arguments that Channels passes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_fully_resolved, related_classes
from ..channels.handlers import Handler, find_handlers
from ..finding import Finding
from ..python.decorators import wrapper_of
from ..python.expressions import attribute_name, own_method
from ..python.signatures import signature_of

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Function

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "TypeError: ChatConsumer.chat_message() takes 1 positional argument but 2 were given"

# How Channels calls its own methods: how many arguments, and the keywords of each kind of call.
CALLS: dict[str, tuple[int, list[tuple[str, ...]]]] = {
    "connect": (0, [()]),
    "disconnect": (1, [()]),
    "receive": (0, [("text_data",), ("bytes_data",)]),
    "receive_json": (1, [()]),
}
NEVER_CALLED = "The consumer ignores what the client sends."
GENERIC = "channels.generic.websocket."
EVENT_CALL: tuple[int, list[tuple[str, ...]]] = (1, [()])
PARAMETERS = {
    "connect": "self",
    "disconnect": "self, code",
    "receive": "self, text_data=None, bytes_data=None",
    "receive_json": "self, content, **kwargs",
}


def check(project: Project) -> Iterator[Finding]:
    """Find the handlers that no call of Channels fits, and each decorator of some once."""
    certain = [each for each in find_handlers(project) if each.is_certain and not _is_idle(each)]
    for handler in certain:
        is_plain = not handler.method.node.decorator_list
        problem = _problem(handler, handler.method.node) if is_plain else ""
        if problem:
            yield _finding(handler, problem)
    decorated = [each for each in certain if each.method.node.decorator_list]
    found = (finding for each in decorated for finding in _in_decorator(project, each))
    yield from {each.location: each for each in found}.values()
    for consumer in project.production_consumers:
        yield from _json_methods(project, consumer)


def _is_idle(handler: Handler) -> bool:
    """Return whether a handler is for messages of clients and does nothing with them."""
    body = handler.method.node.body
    return handler.name == "receive" and all(
        isinstance(each, ast.Pass) or isinstance(getattr(each, "value", None), ast.Constant)
        for each in body
    )


def _json_methods(project: Project, consumer: Definition) -> Iterator[Finding]:
    """Find the methods of JSON in a consumer whose base class has none."""
    resolver = project.resolver
    bases = resolver.outside_bases(consumer)
    names = [each.rpartition(".")[2] for each in bases if each.startswith(GENERIC)]
    if len(names) != 1 or "Json" in names[0] or not is_fully_resolved(resolver, consumer):
        return
    json_class = names[0].replace("Websocket", "JsonWebsocket")
    fix = f"-{names[0]}\n+{json_class}"
    calls = [each for each in ast.walk(consumer.node) if own_method(each) == "send_json"]
    if calls and resolver.member(consumer, "send_json") is None:
        first = min(calls, key=lambda each: each.lineno)  # type: ignore[attr-defined]
        message = f"`{names[0]}` has no `send_json()`. Inherit from `{json_class}`."
        symptom = f"AttributeError: '{consumer.name}' object has no attribute 'send_json'"
        yield Finding(message, consumer.module.location(first), fix, symptom=symptom)
    elif _is_never_called(project, consumer, "receive_json"):
        method = resolver.own_member(consumer, "receive_json")
        message = f"`{names[0]}` never calls `receive_json()`. Inherit from `{json_class}`."
        place = consumer.module.location(method.node if method else consumer.node)
        yield Finding(message, place, fix, symptom=NEVER_CALLED)


def _is_never_called(project: Project, consumer: Definition, name: str) -> bool:
    """Return whether a consumer has a method that its text never names, and no `receive()`."""
    related = list(related_classes(project.resolver, project.consumers, consumer))
    nodes = [node for each in related for node in ast.walk(each.node)]
    is_named = any(attribute_name(each) == name for each in nodes)
    heirs = {each.full_name for each in related}
    heirs -= {each.full_name for each in project.resolver.mro(consumer)}
    receives = project.resolver.member(consumer, "receive")
    own = project.resolver.own_member(consumer, name)
    return own is not None and receives is None and not is_named and not heirs


def _in_decorator(project: Project, handler: Handler) -> Iterator[Finding]:
    """Find a decorator of the project whose wrapper does not take what Channels passes."""
    method = handler.method
    wrapper = wrapper_of(project.resolver, method.module, method.node.decorator_list[0])
    problem = _problem(handler, wrapper.node) if wrapper else ""
    if wrapper and problem:
        message = (
            f"`{wrapper.name}()`, in place of `{handler.name}()`, {problem} when Channels calls it."
            " Pass all arguments on."
        )
        fix = (
            f"Let `{wrapper.name}()` take `(self, *args, **kwargs)`, and call the method that it"
            " wraps with the same arguments."
        )
        place = wrapper.module.location(wrapper.node)
        yield Finding(message, place, fix, symptom=_symptom(handler, wrapper.node))


def _problem(handler: Handler, function: Function) -> str:
    """Return why no call of Channels fits a handler, or the function in its place."""
    signature = signature_of(function)
    count, keywords = CALLS.get(handler.name, EVENT_CALL)
    problems = [signature.problem(count, each) for each in keywords]
    return problems[0] if all(problems) else ""


def _finding(handler: Handler, problem: str) -> Finding:
    module, node = handler.method.module, handler.method.node
    parameters = PARAMETERS.get(handler.name, "self, event")
    message = (
        f"`{handler.name}()` {problem} when Channels calls it."
        f" Write `def {handler.name}({parameters})`."
    )
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    fix = f"-{module.source_line(node)}\n+{kind} {handler.name}({parameters}):{_parsed(handler)}"
    symptom, cause = _symptom(handler, node), (module.path, handler.name, problem)
    return Finding(message, module.location(node), fix, symptom=symptom, cause=cause)


def _symptom(handler: Handler, function: Function) -> str:
    """Return Python's error for a call of Channels that does not fit."""
    count, keywords = CALLS.get(handler.name, EVENT_CALL)
    name = f"{handler.consumer.name}.{handler.name}"
    return signature_of(function).error(name, count, keywords[0])


def _parsed(handler: Handler) -> str:
    """Return the line that gives the only parameter of `receive()` the value that it had."""
    names = [each.arg for each in handler.method.node.args.args[1:]]
    read = [getattr(each, "id", "") for each in ast.walk(handler.method.node)]
    is_used = handler.name == "receive" and len(names) == 1 and names[0] in read
    is_used = is_used and names[0] != "text_data"
    return f"\n+    {names[0]} = json.loads(text_data)" if is_used else ""
