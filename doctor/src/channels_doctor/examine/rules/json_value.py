"""A value has no form in JSON."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.consumers import is_raw_websocket_consumer
from ..finding import Finding
from ..message_values.conversions import converted
from ..message_values.kinds import JSON_KEYS, JSON_KINDS, QUERYSET
from ..message_values.project_values import value_kinds
from ..message_values.scope import scope_of
from ..message_values.uncarried import MessageReader, Uncarried
from ..python.expressions import argument, keyword, own_method
from ..python.nodes import walk
from ..python.source_text import replacement_diff, source_excerpt

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "TypeError: Object of type datetime is not JSON serializable"

PARTS = "Give JSON the parts that the page needs: texts, numbers, lists and dictionaries of them."
ROWS = (
    "In `async def`, write `[row async for row in ….values()]`, and in a plain function"
    " `list(….values())`. Give `json.dumps()` `cls=DjangoJSONEncoder` if a row has a date."
)
CLASS_NAMES = {
    "a datetime": "datetime", "a UUID": "UUID", "a Decimal": "Decimal", "a set": "set",
    "a query set": "QuerySet", "a date": "date", "a lazy translation": "__proxy__",
}  # fmt: skip


def check(project: Project) -> Iterator[Finding]:
    """Find such values in what consumers give to `json.dumps()` and `send_json()`."""
    reader = MessageReader(value_kinds(project), JSON_KINDS, JSON_KEYS)
    for consumer in project.production_consumers:
        for module, value in _values(project, consumer):
            for part in reader.parts(scope_of(module, value), value):
                yield _finding(project, part)


def _values(project: Project, consumer: Definition) -> Iterator[tuple[Module, ast.expr]]:
    """Yield the expressions that a consumer turns into JSON without an encoder of its own."""
    module = consumer.module
    has_encoder = any(
        project.resolver.member(consumer, name) for name in ("encode_json", "send_json")
    )
    sends_json = is_raw_websocket_consumer(project.resolver, consumer) and not has_encoder
    for call in walk(consumer.node):
        if not isinstance(call, ast.Call):
            continue
        is_dumps = module.full_name(call.func) == "json.dumps" and not _has_encoder(call)
        if is_dumps or (sends_json and own_method(call) == "send_json"):
            value = argument(call, 0, "obj" if is_dumps else "content")
            if value is not None:
                yield module, value


def _has_encoder(call: ast.Call) -> bool:
    return bool(keyword(call, "cls") or keyword(call, "default")) or any(
        each.arg is None for each in call.keywords
    )


def _finding(project: Project, part: Uncarried) -> Finding:
    text = source_excerpt(part.module, part.node)
    verb = "has" if part.is_inside else "is"
    message = f"`{text}` {verb} {part.kind}, which JSON cannot carry. Convert it."
    name = CLASS_NAMES.get(part.kind)
    of_class = f"Object of type {name} " if name else ""
    symptom = f"TypeError: {of_class}is not JSON serializable"
    location, cause = part.module.location(part.node), (part.module.path, part.kind)
    return Finding(message, location, _fix(project, part), symptom=symptom, cause=cause)


def _fix(project: Project, part: Uncarried) -> str:
    right = converted(project, part)
    if right:
        return replacement_diff(part.module, part.node, right)
    return ROWS if part.kind == QUERYSET else PARTS
