"""The code speaks to the channel layer, and CHANNEL_LAYERS is not set."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from . import layer_setting_misspelt

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "'NoneType' object has no attribute 'group_send'"

NAME = "CHANNEL_LAYERS"
FIX = f'+{NAME} = {{"default": {{"BACKEND": "channels.layers.InMemoryChannelLayer"}}}}  # for one process'


def check(project: Project) -> Iterator[Finding]:
    """Find the first use of the layer in a project whose settings are all known and have none."""
    setting = project.setting(NAME)
    if setting.value is not None or any(layer_setting_misspelt.check(project)):
        return
    uses = [(module, node) for module, node in project.uses_layer() if _is_used(module, node)]
    if not uses:
        return
    module, node = uses[0]
    where = f"{module.path}:{getattr(node, 'lineno', '?')}"
    elsewhere = _elsewhere(project)
    if elsewhere:
        is_here = any(elsewhere == each.path for each in project.settings.modules)
        only = (
            "only under a condition, which does not hold here:"
            if is_here
            else "alone: with other settings"
        )
        message = f"{NAME} is set in {elsewhere} {only} the layer that {where} speaks to is None."
        yield Finding(message, setting.place, FIX, severity="info", depth=setting.depth)
    else:
        message = f"{NAME} is not set, so the layer that {where} speaks to is None, and its first use fails."
        yield Finding(message, setting.place, FIX, depth=setting.depth)


def _is_used(module: Module, node: ast.AST) -> bool:
    """Return whether a use is one of a method, in code that does not reckon with a missing layer."""
    return isinstance(node, ast.Attribute) and not any(map(_asks_for_layer, module.all(ast.If)))


def _asks_for_layer(node: ast.If) -> bool:
    """Return whether a condition looks at a layer: `if layer is None`, `if self.channel_layer`."""
    names = [
        getattr(each, "id", None) or getattr(each, "attr", None) for each in ast.walk(node.test)
    ]
    return any(isinstance(name, str) and "layer" in name.lower() for name in names)


def _elsewhere(project: Project) -> str:
    """Return the file of other settings that set it, "" if there is none."""
    for module, name in project.all(ast.Name):
        if name.id == NAME and isinstance(name.ctx, ast.Store):
            return module.path
    return ""
