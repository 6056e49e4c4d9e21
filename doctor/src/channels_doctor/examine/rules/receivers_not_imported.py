"""A module with the receivers of signals is never imported."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.handlers import find_handlers
from ..channels.layer_calls import layer_calls, message_type
from ..finding import Finding
from ..packages.requirements import is_older
from ..python.expressions import last_name, string_value
from ..python.signal_receivers import RECEIVER
from ..reachability.imported_names import strings
from ..reachability.installed_folders import installed_folders, is_in_folder
from ..reachability.locations import is_reached
from ..reachability.reached_modules import find_reachable_modules

if TYPE_CHECKING:
    from ..channels.handlers import Handler
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module
    from ..reachability.reached_modules import ReachableModules

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "No message arrives, and nothing is logged."

CONFIGS_FOUND_SINCE = (3, 2)  # the first Django that looks for the configuration in apps.py


def check(project: Project) -> Iterator[Finding]:
    """Find receivers that alone send what a consumer handles, in modules that nothing imports."""
    reachable = find_reachable_modules(project)
    is_known = project.settings["INSTALLED_APPS"].is_complete
    if not (reachable and is_known) or is_older(project, "django", CONFIGS_FOUND_SINCE):
        return
    folders = installed_folders(project, [project.settings])
    for module in project.production_modules:
        is_unused = module.path in reachable.unreached and is_in_folder(module.path, folders)
        is_asked = is_unused and _has_receivers(module)
        handler = _only_handler(project, reachable, module) if is_asked else None
        if handler:
            yield _finding(project, module, handler)


def _has_receivers(module: Module) -> bool:
    decorators = (
        getattr(decorator, "func", decorator)
        for function in module.tree.body
        for decorator in getattr(function, "decorator_list", [])
    )
    return any(module.full_name(each) == RECEIVER for each in decorators)


def _only_handler(project: Project, reachable: ReachableModules, module: Module) -> Handler | None:
    """Return the handler of a message that no reached module sends or mentions."""
    mentioned = {text for each in reachable.modules for text in strings(each)}
    for call in layer_calls(project, "group_send", "send"):
        sent = call.message if call.module is module else None
        text = string_value(message_type(sent)) if isinstance(sent, ast.Dict) else None
        name = text.replace(".", "_") if text else ""
        if text and not {text, name} & mentioned:
            found = (each for each in find_handlers(project) if each.name == name)
            return next((each for each in found if _is_served(project, each)), None)
    return None


def _is_served(project: Project, handler: Handler) -> bool:
    """Return whether a route leads to the consumer of a handler, which no message reaches yet."""
    return is_reached(project, handler.consumer.module.path, handler.consumer.node.lineno)


def _finding(project: Project, module: Module, handler: Handler) -> Finding:
    message = (
        f"Nothing imports `{module.path}`, whose receivers alone send the message for"
        f" `{handler.consumer.name}.{handler.name}()`. Import it in `ready()`."
    )
    package, _, name = module.name.rpartition(".")
    apps = project.resolver.find_module(f"{package}.apps")
    configs = [each for each in apps.tree.body if _is_config(each)] if apps else []
    if apps and len(configs) == 1:
        place, fix = _in_ready(apps, configs[0], name)
        return Finding(message, place, fix)
    place = project.settings["INSTALLED_APPS"].first_location
    return Finding(message, place, f"Write an AppConfig whose `ready()` imports `{module.name}`.")


def _is_config(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and any(
        last_name(each).endswith("AppConfig") for each in node.bases
    )


def _in_ready(apps: Module, config: Any, name: str) -> tuple[Location | None, str]:
    """Return the place and the change that import a module in `ready()` of a configuration."""
    line = f"from . import {name}  # noqa: F401"
    ready = next((each for each in config.body if getattr(each, "name", "") == "ready"), None)
    place, last = apps.location(ready or config), (ready or config).body[-1]
    if last.lineno != last.end_lineno:
        return place, f"Write `from . import {name}` in `ready()`."
    added = f"+{line}" if ready else f"+\n+def ready(self):\n+    {line}"
    return place, f" {apps.source_line(last)}\n{added}"
