"""The code names a channel layer that the settings do not have."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import GET_CHANNEL_LAYER
from ..channels.layer_calls import no_layer
from ..finding import Finding
from ..python.expressions import argument, dict_items, string_value, subscript_key

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "'NoneType' object has no attribute 'group_send'"

ATTRIBUTE = "channel_layer_alias"


def check(project: Project) -> Iterator[Finding]:
    """Find aliases that no settings file gives to a layer."""
    setting = project.settings["CHANNEL_LAYERS"]
    known = list(setting.mapping)
    if not known or not all(isinstance(each, str) for each in known):
        return
    for module, node in _named(project):
        alias = project.resolver.constant(module, node)
        text = string_value(node if alias is None else alias)
        if text and text not in known and text not in _written_aliases(project):
            message = (
                f'`CHANNEL_LAYERS` has no layer "{text}", so the layer here is None.'
                " Add it, or leave out the alias."
            )
            fix = f'-"{text}"\n+"{known[0]}"'
            symptom = no_layer(project, module)
            yield Finding(message, module.location(node), fix, None, setting.depth, symptom)


def _named(project: Project) -> Iterator[tuple[Module, ast.expr]]:
    """Yield the aliases in calls of get_channel_layer(), and those of consumers."""
    for module, call in project.calls(GET_CHANNEL_LAYER):
        alias = argument(call, 0, "alias")
        if alias is not None:
            yield module, alias
    for consumer in project.production_consumers:
        found = project.resolver.own_member(consumer, ATTRIBUTE)
        if found and found.value is not None:
            yield found.module, found.value


def _written_aliases(project: Project) -> set[str]:
    """Return the keys that lead to a layer in any file, as in settings for production alone."""
    found = set()
    for _, node in project.find_all(ast.Dict):
        for key, value in dict_items(node):
            if isinstance(value, ast.Dict) and "BACKEND" in dict(dict_items(value)):
                found.add(str(key))
    for _, assignment in project.find_all(ast.Assign):
        found |= {str(subscript_key(each)) for each in assignment.targets}
    return found
