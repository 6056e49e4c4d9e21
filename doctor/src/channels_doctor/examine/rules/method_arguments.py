"""A method of a consumer does not take the arguments that Channels passes."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_fully_resolved
from ..channels.handlers import Handler, find_handlers
from ..finding import Finding
from ..python.expressions import own_method
from ..python.signatures import signature_of

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

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
GENERIC = "channels.generic.websocket."
EVENT_CALL: tuple[int, list[tuple[str, ...]]] = (1, [()])
PARAMETERS = {
    "connect": "self",
    "disconnect": "self, code",
    "receive": "self, text_data=None, bytes_data=None",
    "receive_json": "self, content, **kwargs",
}


def check(project: Project) -> Iterator[Finding]:
    """Find the handlers that no call of Channels fits."""
    for handler in find_handlers(project):
        if handler.is_certain and not handler.method.node.decorator_list:
            problem = _problem(handler)
            if problem:
                yield _finding(handler, problem)
    for consumer in project.production_consumers:
        yield from _json_calls(project, consumer)


def _json_calls(project: Project, consumer: Definition) -> Iterator[Finding]:
    """Find the first `self.send_json()` in a consumer whose base class has no such method."""
    resolver = project.resolver
    bases = resolver.outside_bases(consumer)
    names = [each.rpartition(".")[2] for each in bases if each.startswith(GENERIC)]
    if len(names) != 1 or "Json" in names[0] or not is_fully_resolved(resolver, consumer):
        return
    calls = [each for each in ast.walk(consumer.node) if own_method(each) == "send_json"]
    if calls and resolver.member(consumer, "send_json") is None:
        first = min(calls, key=lambda each: each.lineno)  # type: ignore[attr-defined]
        json_class = names[0].replace("Websocket", "JsonWebsocket")
        message = f"`{names[0]}` has no `send_json()`. Inherit from `{json_class}`."
        fix = f"-{names[0]}\n+{json_class}"
        symptom = f"AttributeError: '{consumer.name}' object has no attribute 'send_json'"
        yield Finding(message, consumer.module.location(first), fix, symptom=symptom)


def _problem(handler: Handler) -> str:
    signature = signature_of(handler.method.node)
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
    return Finding(message, module.location(node), fix, symptom=_symptom(handler, problem))


def _symptom(handler: Handler, problem: str) -> str:
    """Return Python's error for a call that does not fit."""
    name = f"{handler.consumer.name}.{handler.name}()"
    if problem.startswith("takes"):
        takes, gets = (int(each) + 1 for each in re.findall(r"\d+", problem))
        plural = "" if takes == 1 else "s"
        return f"TypeError: {name} takes {takes} positional argument{plural} but {gets} were given"
    parameter = problem.split("`")[1]
    if problem.startswith("gets no"):
        return f"TypeError: {name} missing 1 required positional argument: '{parameter}'"
    return f"TypeError: {name} got an unexpected keyword argument '{parameter}'"


def _parsed(handler: Handler) -> str:
    """Return the line that gives the only parameter of `receive()` the value that it had."""
    names = [each.arg for each in handler.method.node.args.args[1:]]
    is_used = handler.name == "receive" and len(names) == 1 and names[0] != "text_data"
    return f"\n+    {names[0]} = json.loads(text_data)" if is_used else ""
