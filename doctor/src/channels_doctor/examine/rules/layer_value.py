"""A message has a value that the channel layer cannot carry."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.layer_calls import LayerCall, layer_calls
from ..channels.receivers import computes_with, reads_item, receivers
from ..finding import Finding
from ..message_values.conversions import conversion
from ..message_values.joined_groups import joined_groups, unjoined_group
from ..message_values.kinds import (
    CLASS_NAMES,
    DICT,
    INSTANCE,
    JSON_VALUE,
    LAYER_KEYS,
    LAYER_KINDS,
    USER,
)
from ..message_values.project_values import value_kinds
from ..message_values.scope import scope_of
from ..message_values.uncarried import KEY, MessageReader, Uncarried
from ..orm.query_methods import LAZY_METHODS
from ..python.expressions import argument, dict_items, method_name
from ..python.source_text import replacement_diff, source_excerpt, source_text
from ..settings.layer_config import keeps_all_in_memory

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "TypeError: can not serialize 'datetime.datetime' object"

KEY_SYMPTOM = "ValueError: int is not allowed for map key when strict_map_key=True"
MSGPACK = "msgpack"
ARGUMENTS = 2  # of group_send() and send()


def check(project: Project) -> Iterator[Finding]:
    """Find the parts of messages that msgpack does not serialize."""
    if _carries_objects(project):
        return
    kinds = value_kinds(project)
    reader = MessageReader(kinds, LAYER_KINDS, LAYER_KEYS)
    for call in _received_calls(project):
        # Another number of arguments is a fault of its own.
        fits = len(call.node.args) + len(call.node.keywords) == ARGUMENTS
        message = argument(call.node, 1, "message") if fits else None
        if message is not None:
            scope = scope_of(call.module, message)
            kind = kinds.kind(scope, message)
            if kind and kind.name not in {DICT, JSON_VALUE}:
                yield _no_dictionary(call, kind.name)
            else:
                for part in reader.parts(scope, message):
                    yield _with_receiver(project, call, part, _finding(project, call, part))


def _received_calls(project: Project) -> Iterator[LayerCall]:
    """Yield the calls without those for groups that nothing joins: they serialize nothing."""
    joined = joined_groups(project)
    for call in layer_calls(project, "group_send", "send"):
        joins = joined if call.method == "group_send" else None
        if not (joins and unjoined_group(project, call, joins)):
            yield call


def _carries_objects(project: Project) -> bool:
    """Return whether no layer uses msgpack; those in memory copy messages as they are."""
    config = project.default_layer.get("CONFIG")
    if isinstance(config, dict) and config.get("serializer_format", MSGPACK) != MSGPACK:
        return True
    return keeps_all_in_memory(project)


def _no_dictionary(call: LayerCall, kind: str) -> Finding:
    message = f"`{call.method}()` sends {kind}, but a message is a dictionary with a type."
    fix = '{"type": "chat.message", …}'
    symptom = "AssertionError: message is not a dict"
    return Finding(message, call.module.location(call.node), fix, symptom=symptom)


def _with_receiver(project: Project, call: LayerCall, part: Uncarried, finding: Finding) -> Finding:
    """Return a finding without the diff of its value where a handler computes with the value."""
    items = dict_items(call.message) if isinstance(call.message, ast.Dict) else ()
    key = next((key for key, value in items if value is part.node), None)
    is_record = part.kind in {INSTANCE, USER}
    names = [
        each.name
        for each in receivers(project, call)
        if key and (computes_with(each, key) or (is_record and reads_item(each, key)))
    ]
    change = conversion(project, part)
    if not change or not names:
        return finding
    sent = change.format(source_excerpt(part.module, part.node))
    back = "read the record" if is_record else "convert it back"
    return finding._replace(fix=f"Send `{sent}`, and {back} in `{names[0]}()`.")


def _finding(project: Project, call: LayerCall, part: Uncarried) -> Finding:
    source, text = source_text(part.module, part.node), source_excerpt(part.module, part.node)
    as_text = '"{}"' if isinstance(part.node, ast.Constant) else "str({})"
    change = as_text if part.kind == KEY else conversion(project, part)
    if part.kind == INSTANCE and method_name(part.node) in LAZY_METHODS:  # of a list of them
        change = '{}.values_list("pk", flat=True)'
    changed = replacement_diff(part.module, part.node, change.format(source))
    where = f" in `{text}`" if part.is_inside else f", `{text}`"
    if part.kind == KEY:
        message = f"`{call.method}()` sends the key {source}, which is no text. Write text."
    else:
        message = (
            f"The message of `{call.method}()` has {part.kind}{where}, which the channel layer"
            " cannot carry. Send text, numbers, lists and dictionaries."
        )
    fix = changed if change else f"Send the fields of `{text}` that the receiver needs."
    place = part.module.location(part.node)
    return Finding(message, place, fix, symptom=_symptom(project, part))


def _symptom(project: Project, part: Uncarried) -> str:
    """Return the error of msgpack, with the class of the value where that is known."""
    kind = part.kind
    if kind == KEY:
        found = value_kinds(project).kind(scope_of(part.module, part.node), part.node)
        kind = found.name if found else ""
    if part.kind == KEY and kind not in CLASS_NAMES:
        is_constant = isinstance(part.node, ast.Constant)
        cls = type(part.node.value).__name__ if is_constant else "int"  # type: ignore[attr-defined]
        return KEY_SYMPTOM.replace("int", cls, 1)
    name = f"'{CLASS_NAMES[kind]}' object" if kind in CLASS_NAMES else ""
    return f"TypeError: can not serialize {name}".rstrip()
