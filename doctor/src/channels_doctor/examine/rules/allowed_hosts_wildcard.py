"""The origin validator allows every site."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..finding import Finding
from ..python.expressions import argument, constant
from ..python.literal_values import evaluate

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from ..settings.project_settings import Setting

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "A page of another site opens a socket, although an origin validator stands in front."

VALIDATORS = "channels.security.websocket."
LEADS_TO = "so its pages may open sockets with their visitors' sessions."


def check(project: Project) -> Iterator[Finding]:
    """Find "*" in what the origin validators of Channels compare with."""
    if not project.uses_sockets:
        return
    for module, call in project.all(ast.Call):
        name = module.qualified(call.func)
        if name == VALIDATORS + "AllowedHostsOriginValidator":
            yield from _hosts(project)
        elif name == VALIDATORS + "OriginValidator":
            yield from _origins(project, module, call)


def _hosts(project: Project) -> Iterator[Finding]:
    hosts = project.setting("ALLOWED_HOSTS")
    if _has_star(hosts.value) and not _is_for_development(project, hosts):
        message = f'ALLOWED_HOSTS has "*", and AllowedHostsOriginValidator compares with it: it admits every site, {LEADS_TO}'
        severity = "info" if _is_literally_debug(project) else None
        fix = '-ALLOWED_HOSTS = ["*"]\n+ALLOWED_HOSTS = ["example.com"]'
        yield Finding(message, hosts.place, fix, severity, hosts.depth)


def _origins(project: Project, module: Module, call: ast.Call) -> Iterator[Finding]:
    given = argument(call, 1, "allowed_origins")
    name = module.qualified(given).rpartition("django.conf.settings.")[2]
    if name == "ALLOWED_HOSTS":
        yield from _hosts(project)
    elif _has_star(project.setting(name).value if name else evaluate(given, {})):
        message = f'OriginValidator is given "*": it admits every site, {LEADS_TO}'
        yield Finding(message, module.place(call), '-["*"]\n+["https://example.com"]')


def _has_star(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and "*" in [
        each for each in value if isinstance(each, str)
    ]


def _is_literally_debug(project: Project) -> bool:
    """Return whether the settings say DEBUG = True in so many letters: then they are not those of production."""
    return constant(project.setting("DEBUG").node) is True


def _is_for_development(project: Project, hosts: Setting) -> bool:
    """Return whether production has other hosts: from the environment, below a condition, or in another file."""
    debug = project.setting("DEBUG")
    if debug.value is not True:
        return False
    return _is_chosen(project, hosts) or (
        _is_literally_debug(project) and _is_set_elsewhere(project)
    )


def _is_chosen(project: Project, hosts: Setting) -> bool:
    """Return whether the value depends on something: on the environment, or on a condition around the assignment."""
    modules = [
        each for each in project.settings.modules if hosts.place and each.path == hosts.place.path
    ]
    conditional = any(
        isinstance(above, (ast.If, ast.Try))
        for module in modules
        if hosts.node
        for above in module.above(hosts.node)
    )
    return conditional or not _has_star(evaluate(hosts.node, {}))


def _is_set_elsewhere(project: Project) -> bool:
    """Return whether a settings file that was not read sets ALLOWED_HOSTS, too."""
    others = [module for module in project.code if module not in project.settings.modules]
    targets = [
        target
        for module in others
        for assign in module.all(ast.Assign)
        for target in assign.targets
    ]
    return any(isinstance(target, ast.Name) and target.id == "ALLOWED_HOSTS" for target in targets)
