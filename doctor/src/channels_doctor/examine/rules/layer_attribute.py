"""The code reads an attribute that `RedisChannelLayer` does not have."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.api import GET_CHANNEL_LAYER
from ..finding import Finding
from ..message_values.scope import only_value, scope_of
from ..python.expressions import all_arguments, attribute_name, names_in, string_value
from ..settings.layer_config import CORE, layer_configs

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "AttributeError: 'RedisChannelLayer' object has no attribute 'groups'"

NAMES = {"groups", "channels"}
QUESTIONS = {"hasattr", "getattr", "isinstance", "suppress"}
FIX = (
    "Store the members in the database or in Redis. Add one in `connect()`, and remove it in"
    " `disconnect()`."
)


def check(project: Project) -> Iterator[Finding]:
    """Find the first read of an in-memory attribute in a project that uses `RedisChannelLayer`."""
    layers = [each for each in layer_configs(project) if each.alias == "default"]
    if not any(each.backend in CORE for each in layers):
        return
    for module, node in project.find_all(ast.Attribute):
        if node.attr in NAMES and _is_layer(module, node.value) and not _is_guarded(module, node):
            message = (
                f"`RedisChannelLayer` has no attribute `{node.attr}`, which is internal to the"
                " in-memory layer. Store the members in the database or in Redis."
            )
            symptom = SYMPTOM.replace("groups", node.attr)
            yield Finding(message, module.location(node), FIX, symptom=symptom)
            return


def _is_layer(module: Module, node: ast.expr) -> bool:
    """Return whether an expression is `self.channel_layer`, or what `get_channel_layer()` gave."""
    if attribute_name(node) == "channel_layer":
        return not any("channel_layer_alias" in each for each in module.lines)
    made = only_value(scope_of(module, node), node)
    if not isinstance(made, ast.Call) or module.full_name(made.func) != GET_CHANNEL_LAYER:
        return False
    return all(string_value(each) == "default" for each in all_arguments(made))


def _is_guarded(module: Module, node: ast.AST) -> bool:
    """Return whether code is in a test, or where it may look for the attribute first."""
    function = module.nearest_function(node)
    asks = function is not None and bool(names_in(function) & QUESTIONS)
    return module.is_test or asks or module.is_inside(node, ast.Try, ast.If, ast.IfExp)
