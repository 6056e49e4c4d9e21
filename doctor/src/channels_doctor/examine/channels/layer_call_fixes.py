"""The arguments that a wrong call of the layer should have, as a diff."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..diffs import changed_line
from ..python.expressions import attribute_name, own_attribute, string_value
from ..python.source_text import replacement_diff, source_text
from .layer_calls import layer_calls

if TYPE_CHECKING:
    from ..project import Project
    from .layer_calls import LayerCall

CHANNEL = "self.channel_name"
MEMBERSHIP = ("group_add", "group_discard")


def with_right_arguments(project: Project, call: LayerCall, problem: str) -> str:
    """Return the diff that gives a call the arguments which its text tells, "" for others."""
    sends = [each for each in ast.walk(call.node.func) if attribute_name(each) == "send"]
    if sends and "group_send" not in problem:
        return ""
    if sends:
        holder = source_text(call.module, sends[0].value)  # type: ignore[attr-defined]
        return replacement_diff(call.module, sends[0], f"{holder}.group_send")
    old = ", ".join(source_text(call.module, each) for each in call.node.args)
    new = "" if call.node.keywords else _arguments(project, call)
    line = call.module.source_line(call.node.args[0]) if call.node.args else ""
    return changed_line(line, line.replace(old, new)) if new and line.count(old) == 1 else ""


def _arguments(project: Project, call: LayerCall) -> str:
    """Return the arguments in the right order, with what is missing and without what is not."""
    nodes = call.node.args
    texts = [source_text(call.module, each) for each in nodes]
    is_channel = [attribute_name(each) == "channel_name" for each in nodes]
    if call.method in MEMBERSHIP:
        group = next((text for text, found in zip(texts, is_channel) if not found), "")
        channel = texts[is_channel.index(True)] if True in is_channel else ""
        cls = project.resolver.enclosing_class(call.module, call.node)
        is_own = len(texts) == 1 and cls in project.production_consumers
        channel = channel or (CHANNEL if is_own else "")
        return f"{group}, {channel}" if group and channel else ""
    if call.method == "group_send" and [type(each) for each in nodes] == [ast.Dict]:
        group = _own_group(project, call)
        return f"{group}, {texts[0]}" if group else ""
    is_split = len(nodes) == len(("group", "type", "message")) and isinstance(nodes[2], ast.Dict)
    if is_split and string_value(nodes[1]) and nodes[2].keys:  # type: ignore[attr-defined]
        return f'{texts[0]}, {{"type": {texts[1]}, {texts[2][1:]}'
    return ""


def _own_group(project: Project, call: LayerCall) -> str:
    """Return the only attribute that the class of a call uses as a group, "" for others."""
    cls = project.resolver.enclosing_class(call.module, call.node)
    calls = layer_calls(project, *MEMBERSHIP, "group_send")
    own = [each for each in calls if cls and each.module.is_inside(each.node, ast.ClassDef)]
    same = [each for each in own if project.resolver.enclosing_class(each.module, each.node) == cls]
    names = {own_attribute(each.group) for each in same if each.group} - {"", "channel_name"}
    return f"self.{names.pop()}" if len(names) == 1 else ""
