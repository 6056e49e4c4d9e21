"""The ASGI applications that a project serves, and the protocols that each answers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..channels.api import GET_ASGI_APPLICATION, PROTOCOL_ROUTER
from ..channels.runserver_apps import may_read_application_setting
from ..finding import Location
from ..python.definitions import assigned_names
from ..python.expressions import names_in
from .protocol_router import protocol_names

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project
    from ..python.modules import Module

LOADED_DJANGO_HANDLER = "django.core.handlers.asgi.ASGIHandler"
DJANGO_HANDLERS = (
    GET_ASGI_APPLICATION,
    LOADED_DJANGO_HANDLER,
    "channels.asgi.AsgiHandler",
)
# Wrappers that pass every protocol on.
TRANSPARENT_WRAPPERS = ("SentryAsgiMiddleware", "OpenTelemetryMiddleware")


class Application(NamedTuple):
    """An application: its protocols, whether those are all, and at which depth they are known.

    `is_django_handler` says that it is Django's own handler, which answers HTTP alone and has no
    protocols here.
    """

    location: Location | None
    protocols: list[str]
    is_complete: bool
    is_django_handler: bool
    depth: str

    def serves(self, protocol: str) -> bool:
        """Return whether the application certainly answers a protocol."""
        return protocol in self.protocols or (self.is_django_handler and protocol == "http")


def served_applications(project: Project) -> list[Application]:
    """Return the applications of ASGI_APPLICATION and of the deployment's servers.

    What Django loaded replaces what the sources say of the first. That one is left out where
    nothing reads the setting and the servers name the application themselves.
    """
    loaded = project.facts.get("application")
    served = list(_deployed(project))
    if served and not may_read_application_setting(project):
        return [each for target in served for each in _in_source(project, *target)]
    if not isinstance(loaded, dict):
        targets = dict.fromkeys([*_configured(project), *served])
        return [each for target in targets for each in _in_source(project, *target)]
    others = [target for target in served if target[0] not in project.asgi_modules]
    return [
        _loaded(project, loaded),
        *(each for target in others for each in _in_source(project, *target)),
    ]


def _deployed(project: Project) -> Iterator[tuple[Module, str]]:
    """Yield the modules that the servers of the deployment load, with the application's name."""
    yield from ((module, name) for _, module, name in _commands(project))


def _commands(project: Project) -> Iterator[tuple[Command, Module, str]]:
    for command in project.commands:
        module = project.resolver.find_module(command.module) if command.is_asgi else None
        if module:
            yield command, module, "application"


def is_served_beside(project: Project, application: Application, protocol: str) -> bool:
    """Return whether another server of the same deployment file serves a protocol."""
    served: dict[str, list[Application]] = {}
    for command, module, name in _commands(project):
        served.setdefault(command.location.path, []).extend(_in_source(project, module, name))
    return any(
        application in each and any(other.serves(protocol) for other in each)
        for each in served.values()
    )


def _configured(project: Project) -> Iterator[tuple[Module, str]]:
    """Yield the module and the name in ASGI_APPLICATION, else those of every ASGI module."""
    target = project.settings["ASGI_APPLICATION"].value
    path, _, name = target.rpartition(".") if isinstance(target, str) else ("", "", "")
    module = project.resolver.find_module(path)
    if module:
        yield module, name
    else:
        yield from ((each, "application") for each in project.asgi_modules)


def _loaded(project: Project, facts: dict[str, Any]) -> Application:
    """Return the application that Django loaded."""
    protocols = list(facts.get("protocols") or {})
    is_django_handler = facts.get("class") == LOADED_DJANGO_HANDLER
    in_source = [each for target in _configured(project) for each in _in_source(project, *target)]
    module = next(iter(project.asgi_modules), None)
    router = next(module.calls(PROTOCOL_ROUTER), None) if module else None
    location = Location(module.path, router.lineno if router else None) if module else None
    location = in_source[0].location if in_source else location
    is_complete = is_django_handler or bool(protocols)
    return Application(location, protocols, is_complete, is_django_handler, "settings")


def _in_source(project: Project, module: Module, name: str) -> Iterator[Application]:
    """Yield the application that a name of a module stands for, nothing when that is unknown."""
    last = _last_value(module, name)
    module, node = project.resolver.value(module, last or ast.Name(name, ast.Load()))
    while _is_transparent(module, node):
        module, node = project.resolver.value(module, node.args[0])  # type: ignore[attr-defined]
    if not isinstance(node, ast.Call):
        return
    function = module.full_name(node.func)
    if function in DJANGO_HANDLERS:
        yield Application(module.location(node), [], True, True, "source")
    elif function == PROTOCOL_ROUTER:
        protocols, is_complete = protocol_names(project.resolver, module, node)
        yield Application(module.location(node), protocols, is_complete, False, "source")


def is_whole_application(project: Project, module: Module, node: ast.AST | None) -> bool:
    """Return whether an expression is the protocol router of the ASGI module."""
    found = project.resolver.definition(module, node)
    if found is None or found.module not in project.asgi_modules:
        return False
    router = found.value.func if isinstance(found.value, ast.Call) else None
    return found.module.full_name(router).split(".")[-1] == "ProtocolTypeRouter"


def _last_value(module: Module, name: str) -> ast.expr | None:
    """Return the value that the last statement for a name gives it, when it does not use the name.

    None when a condition decides.
    """
    found: ast.expr | None = None
    for statement in module.tree.body:
        if isinstance(statement, ast.Assign) and name in assigned_names(statement):
            uses_itself = name in names_in(statement.value)
            found = None if uses_itself else statement.value
        elif isinstance(statement, (ast.If, ast.Try)) and name in names_in(statement):
            found = None
    return found


def _is_transparent(module: Module, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not node.args:
        return False
    return module.full_name(node.func).split(".")[-1] in TRANSPARENT_WRAPPERS
