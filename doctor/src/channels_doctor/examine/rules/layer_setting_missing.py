"""The code uses a channel layer, but `CHANNEL_LAYERS` is not set."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..python.expressions import attribute_name, names_in
from ..settings.deployed_settings import sets_nothing, settings_named
from . import layer_setting_misspelt

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from ..settings.project_settings import Setting

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "'NoneType' object has no attribute 'group_send'"

NAME = "CHANNEL_LAYERS"
FIX = (
    f'+{NAME} = {{"default": {{"BACKEND": "channels.layers.InMemoryChannelLayer"}}}}'
    "  # for one process"
)


def check(project: Project) -> Iterator[Finding]:
    """Find the first use of the layer in a project without CHANNEL_LAYERS."""
    if any(layer_setting_misspelt.check(project)):
        return
    for setting in settings_named(project, NAME):
        if setting.value is None and not _is_of_empty_package(project, setting):
            yield from _without_layers(project, setting)


def _is_of_empty_package(project: Project, setting: Setting) -> bool:
    """Return whether no file of the settings sets anything, so that nothing starts with them."""
    modules = project.settings.modules
    is_own = setting.location == project.settings.location and setting.depth == "source"
    return is_own and bool(modules) and all(map(sets_nothing, modules))


def _without_layers(project: Project, setting: Setting) -> Iterator[Finding]:
    uses = [(module, node) for module, node in project.layer_uses() if _is_used(module, node)]
    if not uses:
        return
    module, node = uses[0]
    where = f"{module.path}:{module.location(node).line}"
    elsewhere = _elsewhere(project)
    if elsewhere:
        here = setting.location.path if setting.location else elsewhere
        is_here = {here, elsewhere} <= {each.path for each in project.settings.modules}
        only = (
            "under a condition that does not hold here" if is_here else "but not in these settings"
        )
        message = (
            f"`{NAME}` is set in {elsewhere} {only}, so the layer in {where} is None."
            " Set it in every case."
        )
        fix = f"Move `{NAME}` out of {elsewhere} to where all settings read it."
        yield Finding(message, setting.location, fix, "info", setting.depth, _symptom(node))
    else:
        message = f"`{NAME}` is not set, so the layer in {where} is None. Configure a layer."
        yield Finding(message, setting.location, FIX, None, setting.depth, _symptom(node))


def _symptom(node: ast.AST) -> str:
    return SYMPTOM.replace("group_send", attribute_name(node))


def _is_used(module: Module, node: ast.AST) -> bool:
    """Return whether a use calls a method, in code that never tests whether there is a layer."""
    return isinstance(node, ast.Attribute) and not any(
        map(_asks_for_layer, module.find_all(ast.If))
    )


def _asks_for_layer(node: ast.If) -> bool:
    """Return whether a condition tests a layer: `if layer is None`, `if self.channel_layer`."""
    return any("layer" in name.lower() for name in names_in(node.test))


def _elsewhere(project: Project) -> str:
    """Return the file that sets CHANNEL_LAYERS, "" if there is none."""
    for module, name in project.find_all(ast.Name):
        if name.id == NAME and isinstance(name.ctx, ast.Store):
            return module.path
    return ""
