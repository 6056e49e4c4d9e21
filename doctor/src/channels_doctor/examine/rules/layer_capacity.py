"""A loop sends many messages to one group, and a channel of the layer keeps a hundred."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..python.literal_values import UNKNOWN, evaluate
from ..settings.layer_config import CORE, MEMORY, layers

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = "1 of 1 channels over capacity in group chat"

FEW = 50  # messages that no default capacity drops
DEFAULT = 100
LOOPS = (ast.For, ast.AsyncFor)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def check(project: Project) -> Iterator[Finding]:
    """Find `group_send` in a loop over unknown many, to a group that is the same each time, without a pause."""
    narrow = [
        each for each in layers(project) if each.names & (CORE | MEMORY) and _is_narrow(each.config)
    ]
    if not any(each.alias == "default" for each in narrow):
        return
    for module, attribute in project.all(ast.Attribute):
        loop = _loop(module, attribute) if attribute.attr == "group_send" else None
        if loop and _is_long(loop) and not _varies(module, attribute, loop) and not _pauses(loop):
            message = (
                "This loop sends to one group, and the layer keeps 100 messages for a socket: what a slow one has not "
                "taken by then is dropped, with a line in the log at most."
            )
            fix = '"CONFIG": {"hosts": […], "capacity": 1000}'
            yield Finding(message, module.place(attribute), fix)


def _is_narrow(config: object) -> bool:
    if not isinstance(config, dict) or UNKNOWN in config:
        return False
    capacity = config.get("capacity", DEFAULT)
    return isinstance(capacity, int) and capacity <= DEFAULT and "channel_capacity" not in config


def _loop(module: Module, node: ast.AST) -> ast.For | ast.AsyncFor | None:
    """Return the nearest loop around a node in its function, when the node is in the loop's body."""
    inner = node
    for each in module.above(node):
        if isinstance(each, FUNCTIONS):
            return None
        if isinstance(each, LOOPS) and inner in each.body:
            return each
        inner = each
    return None


def _is_long(loop: ast.For | ast.AsyncFor) -> bool:
    """Return whether a loop may have more rounds than any layer minds."""
    over = loop.iter
    if isinstance(over, ast.Call) and getattr(over.func, "id", "") == "range":
        last = evaluate(over.args[-1], {}) if len(over.args) == 1 else UNKNOWN
        return not (isinstance(last, int) and last <= FEW)
    return not (isinstance(over, (ast.List, ast.Tuple, ast.Set, ast.Dict)))


def _varies(module: Module, attribute: ast.AST, loop: ast.AST) -> bool:
    """Return whether the group depends on what the loop assigns; a call whose group is not seen counts as such."""
    calls = [each for each in module.above(attribute) if isinstance(each, ast.Call)]
    for call in calls[:2]:
        inside = call.func is attribute or any(node is attribute for node in ast.walk(call.func))
        if inside:
            group = (
                call.args[0]
                if call.args
                else next((w.value for w in call.keywords if w.arg == "group"), None)
            )
            stored = {
                n.id
                for n in ast.walk(loop)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
            return group is None or any(
                getattr(node, "id", None) in stored for node in ast.walk(group)
            )
    return True


def _pauses(loop: ast.AST) -> bool:
    return any(getattr(node, "attr", getattr(node, "id", "")) == "sleep" for node in ast.walk(loop))
