"""What a server loads: the ASGI application, followed through names and wrappers, and the protocols that it answers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterable, Iterator, NamedTuple

from ..finding import Place
from ..python.follow import follow

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

BARE = (
    "django.core.asgi.get_asgi_application",
    "django.core.handlers.asgi.ASGIHandler",
    "channels.asgi.AsgiHandler",
)
ROUTER = "channels.routing.ProtocolTypeRouter"
DEFAULT = "channels.routing.get_default_application"
# They hand every protocol on to what they wrap.
WRAPPERS = ("SentryAsgiMiddleware", "OpenTelemetryMiddleware")


class Entrance(NamedTuple):
    """An application: where it is made, the names of its protocols, whether those are all, and how that is known.

    `is_bare` says that it is Django's own handler, which answers HTTP alone; then there are no protocols.
    """

    place: Place | None
    protocols: list[str]
    is_whole: bool
    is_bare: bool
    depth: str


def entrances(project: Project) -> list[Entrance]:
    """Return the applications that the project serves: as Django has seen it, else as the sources say."""
    seen = project.facts.get("application")
    targets = list(_served(project))
    if isinstance(seen, dict):
        return [
            _seen(project, seen),
            *_of(project, [each for each in targets if each[0] not in project.asgi]),
        ]
    return list(_of(project, dict.fromkeys([*_targets(project), *targets])))


def _of(project: Project, targets: Iterable[tuple[Module, str]]) -> Iterator[Entrance]:
    for module, name in targets:
        yield from _made(project, module, name)


def _served(project: Project) -> Iterator[tuple[Module, str]]:
    """Yield the modules that the deployment's servers are given."""
    for command in project.commands:
        module = project.module(command.module) if command.is_asgi else None
        if module:
            yield module, "application"


def _seen(project: Project, facts: dict[str, Any]) -> Entrance:
    protocols = list(facts.get("protocols") or {})
    bare = facts.get("class") == BARE[1]
    module = next(iter(project.asgi), None)
    router = next(iter(module.calls(ROUTER)), None) if module else None
    place = module.place(router) if module and router else Place(module.path) if module else None
    return Entrance(place, protocols, bare or bool(protocols), bare, "settings")


def _targets(project: Project) -> Iterator[tuple[Module, str]]:
    """Yield the module and the name of the application: that of the setting, else of every ASGI module."""
    target = project.setting("ASGI_APPLICATION").value
    path, _, name = target.rpartition(".") if isinstance(target, str) else ("", "", "")
    named = project.module(path)
    if named:
        yield named, name
    else:
        yield from ((module, "application") for module in project.asgi)


def _made(project: Project, module: Module, name: str) -> Iterator[Entrance]:
    """Yield what a name of a module stands for; nothing when that cannot be told."""
    place, node = follow(project, module, ast.Name(name, ast.Load()))
    while (
        isinstance(node, ast.Call)
        and place.qualified(node.func).split(".")[-1] in WRAPPERS
        and node.args
    ):
        place, node = follow(project, place, node.args[0])
    if not isinstance(node, ast.Call):
        return
    if place.qualified(node.func) in BARE:
        yield Entrance(place.place(node), [], True, True, "source")
    elif place.qualified(node.func) == ROUTER:
        names, whole = protocol_names(project, place, node)
        yield Entrance(place.place(node), names, whole, False, "source")


def protocol_names(project: Project, module: Module, call: ast.Call) -> tuple[list[str], bool]:
    """Return the protocols that a ProtocolTypeRouter is given, and whether those are surely all."""
    items = protocol_items(project, module, call)
    return [key for key, _ in items if key is not None], bool(items) and all(
        key is not None for key, _ in items
    )


def protocol_items(
    project: Project, module: Module, call: ast.Call
) -> list[tuple[str | None, ast.AST]]:
    """Return the pairs of a ProtocolTypeRouter's dictionary; the key is None where it is not plain text."""
    given = call.args[0] if call.args else next((word.value for word in call.keywords), None)
    where, node = follow(project, module, given) if given else (module, None)
    if isinstance(node, ast.Dict):
        found: list[tuple[str | None, ast.AST]] = [
            (_text(key), value) for key, value in zip(node.keys, node.values)
        ]
    elif isinstance(node, ast.Call) and where.qualified(node.func) == "dict" and not node.args:
        found = [(word.arg, word.value) for word in node.keywords]
    else:
        return []
    return [*found, *([(None, node)] if _is_changed(where, given) else [])]


def _text(key: ast.AST | None) -> str | None:
    value = getattr(key, "value", None)
    return value if isinstance(value, str) else None


def _is_changed(module: Module, given: ast.AST | None) -> bool:
    """Return whether a dictionary that has a name is changed after it was made."""
    name = getattr(given, "id", None)
    holders = [getattr(each, "value", None) for each in module.all(ast.Subscript, ast.Attribute)]
    return name is not None and any(getattr(holder, "id", None) == name for holder in holders)
