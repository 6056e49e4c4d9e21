"""The code uses a channel layer, but `CHANNEL_LAYERS` is not set."""

from __future__ import annotations

import ast
from itertools import islice
from typing import TYPE_CHECKING, Iterator

from ..channels.installed_consumers import has_no_installed_consumer
from ..deployment.commands import is_development_file
from ..deployment.unused_sockets import are_switched_off
from ..finding import Finding
from ..python.expressions import attribute_name, names_in, variable_name
from ..settings.deployed_settings import deployed_settings, settings_named
from ..settings.item_location import module_of
from ..settings.unseen_settings import may_be_replaced
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
    if has_no_installed_consumer(project) or any(layer_setting_misspelt.check(project)):
        return
    for setting in settings_named(project, NAME):
        if setting.value is None and not _is_of_fragment(project, setting):
            yield from _without_layers(project, setting)
    yield from islice(_while_debugging(project), 1)


def _while_debugging(project: Project) -> Iterator[Finding]:
    """Find the only CHANNEL_LAYERS of a project under `if DEBUG:`, where DEBUG may be off."""
    uses = _uses(project)
    for settings in [project.settings, *deployed_settings(project)] if uses else []:
        layers = settings[NAME]
        module = module_of(project, layers)
        if (
            module
            and layers.node
            and _is_under_debug(module, layers.node)
            and settings["DEBUG"].value is not True
            and len(list(_stores(project))) == 1
            and not may_be_replaced(project, settings.modules, layers.location)
        ):
            message = (
                f"`{NAME}` is set only where `DEBUG` is on, so elsewhere the layer in"
                f" {uses[0][0].location(uses[0][1])} is None. Set it in every case."
            )
            fix = f"Set `{NAME}` in an `else:` as well."
            symptom = _symptom(uses[0][1])
            yield Finding(message, layers.location, fix, None, layers.depth, symptom)


def _is_under_debug(module: Module, node: ast.AST) -> bool:
    """Return whether a value is in `if DEBUG:` without an `else`, and in nothing else."""
    around = [each for each in module.enclosing_nodes(node) if isinstance(each, ast.stmt)][1:]
    if len(around) != 1 or not isinstance(around[0], ast.If):
        return False
    return variable_name(around[0].test) == "DEBUG" and not around[0].orelse


def _is_of_fragment(project: Project, setting: Setting) -> bool:
    """Return whether the settings have no INSTALLED_APPS, so that nothing starts with them."""
    is_own = setting.location == project.settings.location and setting.depth == "source"
    return is_own and not project.settings["INSTALLED_APPS"].is_set


def _without_layers(project: Project, setting: Setting) -> Iterator[Finding]:
    uses = _uses(project)
    files = list(dict.fromkeys(each.path for each in _stores(project)))
    if not uses or (len(files) > 1 and not all(map(is_development_file, files))):
        return  # each server has its own
    user, node = uses[0]
    where = user.location(node)
    if files:
        message = (
            f"`{NAME}` is set only in {files[0]}, for a case that does not hold here, so the layer"
            f" in {where} is None. Set it in every case."
        )
        fix = f"Move `{NAME}` out of {files[0]} to where all settings read it."
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


def _uses(project: Project) -> list[tuple[Module, ast.AST]]:
    """Return the places that need a layer, without consumers that have no route."""
    uses = [(module, node) for module, node in project.layer_uses() if _is_used(module, node)]
    if not are_switched_off(project):
        return uses
    consumers = {each.module for each in project.production_consumers}
    return [(module, node) for module, node in uses if module not in consumers]


def _stores(project: Project) -> Iterator[Module]:
    """Yield the module of each statement that sets CHANNEL_LAYERS."""
    for module, name in project.find_all(ast.Name):
        if name.id == NAME and isinstance(name.ctx, ast.Store):
            yield module
