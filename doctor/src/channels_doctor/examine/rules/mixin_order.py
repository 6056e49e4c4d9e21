"""A mixin follows the class of Channels whose methods it should replace."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..channels.api import RAW_WEBSOCKET_CONSUMERS
from ..channels.handlers import SERVER_HANDLERS
from ..diffs import changed_line
from ..finding import Finding
from ..python.definitions import HARMLESS_BASES, Definition
from ..python.expressions import last_name, variable_name
from ..python.source_text import source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.resolver.classes import Resolver

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "The methods of the mixin never run, and no log says so."

# The methods of Channels' consumers for WebSockets, and those of its consumers for JSON.
METHODS = {*SERVER_HANDLERS, "connect", "receive", "disconnect", "accept", "send", "close"}
JSON_METHODS = {"receive_json", "send_json", "encode_json", "decode_json"}
JSON = "JsonWebsocketConsumer"


class Misplaced(NamedTuple):
    """A base class of the project, and its methods that one of Channels before it hides."""

    base: ast.expr
    names: list[str]


def check(project: Project) -> Iterator[Finding]:
    """Find mixins whose methods Python never finds, because a base before them has them all."""
    for consumer in project.production_consumers:
        first = _first_of_channels(project.resolver, consumer)
        found = list(_misplaced(project, consumer, first)) if first is not None else []
        if first is not None and found:
            yield _finding(consumer, first, found)


def _first_of_channels(resolver: Resolver, consumer: Definition) -> int | None:
    """Return the index of the first base that is a WebSocket consumer, None without one."""
    places = (index for index, each in enumerate(consumer.bases) if _of(resolver, consumer, each))
    return next(places, None)


def _of(resolver: Resolver, consumer: Definition, base: ast.expr) -> list[str]:
    """Return the consumers of Channels for WebSockets that a base is or inherits from."""
    found = resolver.definition(consumer.module, base)
    is_own = found is not None and found.is_class
    names = resolver.outside_bases(found) if found and is_own else {consumer.module.full_name(base)}
    return [each for each in names if each.startswith(RAW_WEBSOCKET_CONSUMERS)]


def _misplaced(project: Project, consumer: Definition, first: int) -> Iterator[Misplaced]:
    """Yield the mixins behind the base of Channels that have methods which never run."""
    resolver, module = project.resolver, consumer.module
    names = METHODS | (JSON_METHODS if _is_json(resolver, consumer, first) else set())
    before = [resolver.definition(module, each) for each in consumer.bases[: first + 1]]
    others = [each for found in before if found and found.is_class for each in resolver.mro(found)]
    for base in consumer.bases[first + 1 :]:
        mixin = resolver.definition(module, base)
        if mixin is None or not mixin.is_class or resolver.outside_bases(mixin) - HARMLESS_BASES:
            continue
        hidden = [
            method.name
            for method in mixin.methods()
            if method.name in names
            and _does_something(method)
            and not any(resolver.own_member(each, method.name) for each in others)
            and _would_run(resolver, consumer, method.name)
            and not _is_called_by_name(project, mixin, method.name)
        ]
        if hidden and mixin.node not in [each.node for each in others]:
            yield Misplaced(base, hidden)


def _is_json(resolver: Resolver, consumer: Definition, first: int) -> bool:
    return any(each.endswith(JSON) for each in _of(resolver, consumer, consumer.bases[first]))


def _does_something(method: Any) -> bool:
    """Return whether a method has a statement besides a docstring, `pass` and `raise`."""
    is_abstract = any("abstract" in last_name(each) for each in method.decorator_list)
    return not is_abstract and not all(
        isinstance(each, (ast.Pass, ast.Raise))
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in method.body
    )


def _would_run(resolver: Resolver, consumer: Definition, name: str) -> bool:
    """Return whether a consumer leaves a method to its bases, or calls theirs."""
    own = resolver.own_member(consumer, name)
    return own is None or any(
        isinstance(each, ast.Attribute)
        and each.attr == name
        and isinstance(each.value, ast.Call)
        and variable_name(each.value.func) == "super"
        for each in ast.walk(own.node)
    )


def _is_called_by_name(project: Project, mixin: Definition, name: str) -> bool:
    """Return whether code names the method of a class, as in `Mixin.connect(self)`."""
    return any(
        node.attr == name and last_name(node.value) == mixin.name
        for _, node in project.find_all(ast.Attribute)
    )


def _finding(consumer: Definition, first: int, found: list[Misplaced]) -> Finding:
    module, bases = consumer.module, consumer.node.bases
    moved = [each.base for each in found]
    mixins = " and ".join(f"`{source_text(module, each)}`" for each in moved)
    names = " and ".join(dict.fromkeys(f"`{name}()`" for each in found for name in each.names))
    before = source_text(module, bases[first])
    message = (
        f"The bases of `{consumer.name}` have {mixins} behind `{before}`, so Python finds"
        f" {names} of Channels first. Write the mixin first."
    )
    return Finding(message, module.location(consumer.node), _fix(consumer, first, moved))


def _fix(consumer: Definition, first: int, moved: list[ast.expr]) -> str:
    """Return the change of the line of a class, or the order of its bases in words."""
    module, bases = consumer.module, consumer.node.bases
    kept = [each for each in bases if each not in moved]
    texts = [source_text(module, each) for each in [*kept[:first], *moved, *kept[first:]]]
    line = module.lines[consumer.node.lineno - 1]
    old = ", ".join(source_text(module, each) for each in bases)
    if old not in line:
        return f"Write the bases in this order: {', '.join(texts)}."
    return changed_line(line, line.replace(old, ", ".join(texts), 1))
