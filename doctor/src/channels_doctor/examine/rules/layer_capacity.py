"""A loop sends more messages than the channel layer keeps."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.layer_calls import layer_calls
from ..finding import Finding
from ..python.expressions import names_in, variable_name
from ..python.literal_values import UNKNOWN, evaluate
from ..python.modules import FUNCTIONS
from ..settings.layer_config import CORE, MEMORY, layer_configs, logs_full_channels

if TYPE_CHECKING:
    from ..channels.layer_calls import LayerCall
    from ..project import Project
    from ..python.modules import Module
    from ..settings.layer_config import LayerConfig

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "channels over capacity in group"
WITHOUT_LOG = "The first hundred messages arrive in the browser and later ones are missing."

DEFAULT_CAPACITY = 100
MAX_ARGUMENTS = 3  # of range()
LOOPS = (ast.For, ast.AsyncFor)
SCOPES = (*FUNCTIONS, ast.Lambda)


def check(project: Project) -> Iterator[Finding]:
    """Find `group_send` to one group in a loop without a sleep and with a large known limit."""
    if not any(each.alias == "default" and _is_narrow(each) for each in layer_configs(project)):
        return
    for call in layer_calls(project, "group_send"):
        loop = _loop(call.module, call.node)
        if loop and _is_long(loop) and not _varies(call, loop) and "sleep" not in names_in(loop):
            message = (
                "This loop sends to one group, but the layer keeps 100 messages per socket and"
                " drops the rest. Raise `capacity`, or send fewer messages."
            )
            fix = '"CONFIG": {"hosts": […], "capacity": 1000}'
            symptom = None if logs_full_channels(project) else WITHOUT_LOG
            yield Finding(message, call.module.location(call.node), fix, symptom=symptom)


def _is_narrow(layer: LayerConfig) -> bool:
    """Return whether a layer keeps at most as many messages as by default."""
    if not layer.class_names & (CORE | MEMORY) or UNKNOWN in layer.config:
        return False
    capacity = layer.config.get("capacity", DEFAULT_CAPACITY)
    is_low = isinstance(capacity, int) and capacity <= DEFAULT_CAPACITY
    return is_low and "channel_capacity" not in layer.config


def _loop(module: Module, node: ast.AST) -> ast.For | ast.AsyncFor | None:
    """Return the nearest loop in the function whose body contains the node."""
    inner = node
    for each in module.enclosing_nodes(node):
        if isinstance(each, SCOPES):
            return None
        if isinstance(each, LOOPS) and inner in each.body:
            return each
        inner = each
    return None


def _is_long(loop: ast.For | ast.AsyncFor) -> bool:
    """Return whether a loop runs more often than a layer keeps messages: `range(500)`."""
    over = loop.iter
    is_range = isinstance(over, ast.Call) and variable_name(over.func) == "range"
    numbers = [evaluate(each, {}) for each in over.args] if is_range else []  # type: ignore[attr-defined]
    if not 0 < len(numbers) <= MAX_ARGUMENTS or not all(isinstance(each, int) for each in numbers):
        return False
    return 0 not in numbers[2:] and len(range(*numbers)) > DEFAULT_CAPACITY


def _varies(call: LayerCall, loop: ast.AST) -> bool:
    """Return whether the group may depend on a variable that the loop assigns."""
    names = [each for each in ast.walk(loop) if isinstance(each, ast.Name)]
    stored = {each.id for each in names if isinstance(each.ctx, ast.Store)}
    return call.group is None or bool(stored & names_in(call.group))
