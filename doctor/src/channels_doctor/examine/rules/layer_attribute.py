"""The code uses an attribute or a method that the channel layer does not have."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..channels.api import GET_CHANNEL_LAYER, LIBRARY
from ..channels.bound_methods import called_functions
from ..channels.layer_calls import LAYER_METHODS, is_channel_layer
from ..finding import Finding
from ..message_values.scope import only_value, scope_of
from ..python.caught_errors import is_in_try
from ..python.expressions import all_arguments, attribute_name, names_in, string_value
from ..python.importable import close_name
from ..python.source_text import replacement_diff, source_text
from ..settings.layer_config import CORE, MEMORY, REDIS, layer_configs

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "AttributeError: 'RedisChannelLayer' object has no attribute 'groups'"

NAMES = {"groups", "channels"}
QUESTIONS = {"hasattr", "getattr", "isinstance", "suppress"}
# The layers whose code is known, and what they have beside the methods of every layer.
KNOWN = tuple(each for each in (MEMORY | REDIS) if not each.startswith(LIBRARY))
OTHERS = {"group_expiry", "groups", "require_valid_group_name", "valid_group_name"}
# The verbs that other libraries have for the methods of a layer.
VERBS = {
    "group_discard": re.compile("remove|leave|delete|unsub|quit"),
    "group_add": re.compile("join|append|subscribe"),
    "group_send": re.compile("publish|broadcast|emit|notify"),
}
FIX = (
    "Store the members in the database or in Redis. Add one in `connect()`, and remove it in"
    " `disconnect()`."
)


def check(project: Project) -> Iterator[Finding]:
    """Find methods that no layer of the settings has, and what only the in-memory layer has."""
    layers = list(layer_configs(project))
    if any(each.backend in CORE for each in layers if each.alias == "default"):
        yield from _members(project)
    if layers and all(each.backend in KNOWN for each in layers):
        for module in project.production_modules:
            for _, function in called_functions(module):
                if isinstance(function, ast.Attribute) and _is_missing(project, module, function):
                    yield _missing(module, function, layers[0].backend.rpartition(".")[2])


def _members(project: Project) -> Iterator[Finding]:
    """Find the first read of an in-memory attribute in a project that uses `RedisChannelLayer`."""
    for module, node in project.find_all(ast.Attribute):
        if node.attr in NAMES and _is_layer(module, node.value) and not _is_guarded(module, node):
            message = (
                f"`RedisChannelLayer` has no attribute `{node.attr}`, which is internal to the"
                " in-memory layer. Store the members in the database or in Redis."
            )
            symptom = SYMPTOM.replace("groups", node.attr)
            yield Finding(message, module.location(node), FIX, symptom=symptom)
            return


def _is_missing(project: Project, module: Module, function: ast.Attribute) -> bool:
    """Return whether code calls a method of a layer that has the name of none, unguarded."""
    name = function.attr
    if name in LAYER_METHODS | OTHERS or name.startswith("_"):
        return False
    if "group" not in name and not close_name(name, sorted(LAYER_METHODS)):
        return False
    around = module.nearest_function(function)
    asks = around is not None and bool(names_in(around) & QUESTIONS)
    if asks or is_in_try(module, function) or not is_channel_layer(project, module, function.value):
        return False
    return not any(each.name == name for owner in project.modules for each in owner.functions())


def _missing(module: Module, function: ast.Attribute, layer: str) -> Finding:
    name = function.attr
    meant = (right for right, verbs in VERBS.items() if verbs.search(name))
    right = close_name(name, sorted(LAYER_METHODS)) or next(meant, "")
    advice = f"Write `{right}`." if right else f"It has {', '.join(sorted(LAYER_METHODS))}."
    fix = FIX
    if right:
        fix = replacement_diff(module, function, f"{source_text(module, function.value)}.{right}")
    message = f"A channel layer has no method `{name}`, so the call raises AttributeError. {advice}"
    symptom = f"AttributeError: '{layer}' object has no attribute '{name}'"
    return Finding(message, module.location(function), fix, symptom=symptom)


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
