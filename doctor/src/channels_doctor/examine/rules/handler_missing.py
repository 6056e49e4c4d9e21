"""A message has a type that no consumer handles."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING, Iterator

from ..channels.consumer_classes import is_known, mentions
from ..channels.known_names import CONSUMERS, HANDLED, LIBRARY
from ..channels.layer_calls import LayerCall, layer_calls, type_of
from ..finding import Finding
from ..python.expressions import constant, entries
from ..python.modules import FUNCTIONS
from ..python.names import Definition

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "ValueError: No handler for message type"

DYNAMIC = ("dispatch", "__getattr__", "__getattribute__", "setattr", "locals", "vars")


def check(project: Project) -> Iterator[Finding]:
    """Find literal types without a method, in projects whose consumers are known altogether."""
    handlers = _handlers(project)
    reads = any(
        layer_calls(project, "receive")
    )  # then not only consumers get what goes to a channel
    for call in layer_calls(project, "group_send", "send") if handlers else []:
        if isinstance(call.message, ast.Dict) and not (reads and call.method == "send"):
            yield from _in(call, call.message, handlers, _effect(project))


def _effect(project: Project) -> str:
    """Return what an unknown type does: the library's consumers log it, Channels' fail."""
    if all(base.startswith(LIBRARY) for each in project.consumers for base in each.origins):
        return "the sockets that get it write a line to the log, and nothing else happens."
    return "the sockets that get it are closed with 1011."


def _in(call: LayerCall, message: ast.Dict, handlers: set[str], effect: str) -> Iterator[Finding]:
    kind = type_of(message)
    text = constant(kind)
    name = text.replace(".", "_") if isinstance(text, str) else ""
    if (
        kind is None
        and message.keys
        and all(isinstance(key, str) and key for key, _ in entries(message))
    ):
        said = f"{call.method}() sends a message without a type, which every consumer refuses."
        yield Finding(said, call.module.place(message), '"type": "chat.message",')
    elif kind is not None and name.startswith("_"):
        said = f'{call.method}() sends the type "{text}": a consumer refuses one with a leading underscore.'
        yield Finding(
            said, call.module.place(kind), f'-"type": "{text}"\n+"type": "{text.lstrip("._")}"'
        )
    elif kind is not None and name and name not in handlers:
        yield _unhandled(call, kind, handlers, effect)


def _unhandled(call: LayerCall, kind: ast.expr, handlers: set[str], effect: str) -> Finding:
    text = str(constant(kind))
    name = text.replace(".", "_")
    said = (
        f'{call.method}() sends the type "{text}", and no consumer has a method {name}(): {effect}'
    )
    near = get_close_matches(name, sorted(handlers - HANDLED), n=1, cutoff=0.8)
    fix = (
        f'-"type": "{text}"\n+"type": "{near[0]}"' if near else f"async def {name}(self, event): …"
    )
    return Finding(said, call.module.place(kind), fix)


def _handlers(project: Project) -> set[str]:
    """Return the names of all consumers' methods; nothing when one may have more than can be seen, or is foreign."""
    found = [Definition(each.module, each.node) for each in project.consumers]
    classes = [one for each in found for one in project.names.lineage(each)]
    if (
        project.unparsed
        or _has_foreign(project)
        or not all(is_known(project, each) for each in found)
    ):
        return set()
    if any(mentions(each, *DYNAMIC) for each in classes):
        return set()
    return HANDLED | {name for each in classes for name in _attributes(each)} if classes else set()


def _has_foreign(project: Project) -> bool:
    """Return whether a package's own consumer, as that of Strawberry, is served as well."""
    served = [
        module.qualified(each.value)
        for module, each in project.all(ast.Attribute)
        if each.attr == "as_asgi"
    ]
    origins = {name.rpartition(".")[0] for name in served if not name.startswith(CONSUMERS)}
    return any(origin and project.module(origin) is None for origin in origins)


def _attributes(found: Definition) -> Iterator[str]:
    for node in ast.walk(found.node):
        if isinstance(node, FUNCTIONS):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (
                str(getattr(each, "id", getattr(each, "attr", ""))) for each in node.targets
            )
