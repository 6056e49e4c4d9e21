"""The origin validator allows every site."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator

from ..asgi.middleware import websocket_stack
from ..deployment.commands import is_development_file
from ..finding import Finding
from ..python.definitions import assigned_names
from ..python.expressions import argument, constant_value, string_value
from ..python.literal_values import evaluate
from ..python.source_text import replacement_diff, source_text
from ..settings.deployed_settings import deployed_settings
from ..settings.listed_origins import ORIGINS, listed_origins

if TYPE_CHECKING:
    from ..finding import Location
    from ..project import Project
    from ..python.modules import Module
    from ..settings.project_settings import Setting

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "A page of another site opens a socket, although an origin validator wraps the routes."

VALIDATORS = "channels.security.websocket."
SITE = re.compile(r"(https?://)?\.?(?!localhost|127\.|0\.0\.0\.0)[\w-]+\.")
EFFECT = "can open sockets as their visitors."
SAME_SITE_SYMPTOM = SYMPTOM.replace("site", "subdomain or port", 1)
HOSTS = (
    'Replace "*" by the hosts of the project\'s own pages, those of development included'
    " (`localhost`, `127.0.0.1`). Where pages of other hosts open sockets, use `OriginValidator`"
    f" with {ORIGINS}."
)


def check(project: Project) -> Iterator[Finding]:
    """Find "*" in the lists of Channels' origin validators."""
    if not project.uses_websockets:
        return
    if not websocket_stack(project).acts_as_visitor:
        yield from _beside_others(project)
        return
    if any(project.calls(VALIDATORS + "AllowedHostsOriginValidator")):
        yield from _in_allowed_hosts(project)
    for module, call in project.calls(VALIDATORS + "OriginValidator"):
        yield from _in_origins(project, module, call)


def _in_allowed_hosts(project: Project) -> Iterator[Finding]:
    own = project.settings["ALLOWED_HOSTS"]
    is_local = _is_literally_debug(project) and not project.commands
    yield from _with_star(project, own, is_local or _is_for_development(project, own))
    for settings in deployed_settings(project):
        hosts = settings["ALLOWED_HOSTS"]
        if hosts.location != own.location:
            yield from _with_star(project, hosts, is_for_development=False)


def _with_star(project: Project, hosts: Setting, is_for_development: bool) -> Iterator[Finding]:
    if "*" in hosts.items and not is_for_development:
        fault = '`ALLOWED_HOSTS` contains "*", which `AllowedHostsOriginValidator` uses'
        finding = _finding(project, fault, hosts.location, HOSTS)._replace(depth=hosts.depth)
        is_own = hosts.location == project.settings["ALLOWED_HOSTS"].location
        is_rare = is_own and _is_literally_debug(project)
        yield finding._replace(severity="info") if is_rare else finding


def _finding(project: Project, fault: str, place: Location | None, fix: str) -> Finding:
    """Return a finding, of less severity where other sites get no cookie of the visitor."""
    fix += listed_origins(project)
    if websocket_stack(project).serves_every_site:
        return Finding(f"{fault}: pages of every site {EFFECT}", place, fix)
    message = f"{fault}: pages of another subdomain or port of the site {EFFECT}"
    return Finding(message, place, fix, "info", symptom=SAME_SITE_SYMPTOM)


def _in_origins(project: Project, module: Module, call: ast.Call) -> Iterator[Finding]:
    given = argument(call, 1, "allowed_origins")
    _, is_setting, name = module.full_name(given).partition("django.conf.settings.")
    if name == "ALLOWED_HOSTS":
        yield from _in_allowed_hosts(project)
        return
    owner, origins = project.resolver.value(module, given) if given else (module, call)
    if _has_star(project.settings[name].value if is_setting else evaluate(origins, {})):
        place = module.location(call) if origins is given else owner.location(origins)
        fault = '`OriginValidator` allows "*"'
        yield _finding(project, fault, place, f'Replace "*" by {ORIGINS}.')


def _beside_others(project: Project) -> Iterator[Finding]:
    """Find "*" beside origins of sites: it makes the list useless, also without users."""
    for module, call in project.calls(VALIDATORS + "OriginValidator"):
        given = argument(call, 1, "allowed_origins")
        parts = given.elts if isinstance(given, (ast.List, ast.Tuple)) else []
        others = [each for each in parts if constant_value(each) != "*"]
        is_listed = any(SITE.match(string_value(each) or "") for each in others)
        if given and is_listed and len(others) < len(parts):
            message = (
                'The list of `OriginValidator` contains "*", so it admits the pages of every site,'
                ' and the others have no effect. Delete "*", and add those of development.'
            )
            texts = ", ".join(source_text(module, each) for each in others)
            fix = replacement_diff(module, given, f"[{texts}]")
            yield Finding(message, module.location(given), fix, "info")


def _has_star(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and "*" in value


def _is_literally_debug(project: Project) -> bool:
    """Return whether the settings contain the literal DEBUG = True, unlike those of production."""
    return constant_value(project.settings["DEBUG"].node) is True


def _is_for_development(project: Project, hosts: Setting) -> bool:
    """Return whether production has other hosts: conditional ones, or those of another file."""
    if hosts.location and is_development_file(hosts.location.path) and _is_set_elsewhere(project):
        return True
    debug = project.settings["DEBUG"]
    if debug.value is not True:
        return False
    is_replaced = _is_literally_debug(project) and _is_set_elsewhere(project)
    return is_replaced or _is_conditional(project, hosts)


def _is_conditional(project: Project, hosts: Setting) -> bool:
    """Return whether the value depends on the environment or on a condition."""
    if not _has_star(evaluate(hosts.node, {})):
        return True
    modules = project.settings.modules
    return hosts.node is not None and any(
        each.is_inside(hosts.node, ast.If, ast.Try) for each in modules
    )


def _is_set_elsewhere(project: Project) -> bool:
    """Return whether a settings file that was not read also sets ALLOWED_HOSTS."""
    others = [
        module for module in project.production_modules if module not in project.settings.modules
    ]
    return any(
        "ALLOWED_HOSTS" in assigned_names(each)
        for module in others
        for each in module.find_all(ast.Assign)
    )
