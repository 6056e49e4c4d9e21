"""A consumer reads an argument that its route does not have."""

from __future__ import annotations

import ast
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..asgi.pattern_faults import has_pattern_fault, known_converters
from ..asgi.route_table import consumer_of, route_table
from ..asgi.shadowed_routes import shadowed_routes
from ..browser.sockets import opened_sockets
from ..channels.route_arguments import argument_aliases, is_arguments
from ..diffs import changed_line
from ..finding import Finding
from ..python.caught_errors import is_caught
from ..python.expressions import (
    is_scope_item,
    item_holder,
    item_key,
    last_name,
    method_name,
    string_value,
    walk_body,
)
from ..python.source_text import replacement_diff

if TYPE_CHECKING:
    from ..asgi.served_route import ServedRoute
    from ..project import Project
    from ..python.definitions import Definition
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "KeyError: 'room'"

# What Channels and its servers put into url_route, and what they never put into the scope.
URL_ROUTE_KEYS = {"args", "kwargs"}
NO_SCOPE_KEYS = {"kwargs", "args", "url_kwargs"}


class Reading(NamedTuple):
    """An argument that code reads; `is_optional` says that `get()` reads it."""

    node: ast.AST
    name: str
    is_optional: bool


def check(project: Project) -> Iterator[Finding]:
    """Find names that no route to a consumer has, or that one of its routes lacks."""
    converters = known_converters(project)
    shadowed = {id(each.route) for each in shadowed_routes(project)}
    consumers = project.production_consumers
    # The classes of the consumers' mixins count too.
    for cls in dict.fromkeys(base for each in consumers for base in project.resolver.mro(each)):
        routes = route_table(project).routes_to(cls)
        used = [each for each in routes if id(each) not in shadowed]
        if used and not any(has_pattern_fault(each, converters) for each in used):
            yield from _in_class(project, cls, used)
            yield from _misplaced(cls)


def _in_class(project: Project, cls: Definition, routes: list[ServedRoute]) -> Iterator[Finding]:
    if any(each.parameters is None for each in routes):
        return
    routed = {consumer_of(project.resolver, each) for each in routes}
    apps = project.settings["INSTALLED_APPS"].items
    # An API has other clients, which have no reason to leave the argument out.
    has_other_clients = "rest_framework" in apps and not any(opened_sockets(project))
    seen: set[str] = set()
    for reading in _readings(cls):
        if reading.name in seen:
            continue
        lacking = [each for each in routes if reading.name not in (each.parameters or ())]
        is_all = len(lacking) == len(routes)
        # Of several classes that inherit the code, some may not use it.
        is_needed = not reading.is_optional and not _is_conditional(cls, reading)
        is_used = bool(lacking) and is_needed and len(routed) == 1 and not has_other_clients
        counts = is_all or is_used
        heirs = [each for each in routed if each]
        if counts and not any(_is_expected(each, reading) for each in [cls, *heirs]):
            seen.add(reading.name)
            yield _finding(cls.module, reading, lacking[0], is_all)


def _finding(module: Module, reading: Reading, route: ServedRoute, is_all: bool) -> Finding:
    names = ", ".join(sorted(route.parameters or ())) or "no arguments"
    effect = "is always empty" if reading.is_optional else "raises KeyError"
    message = (
        f"The route {route.text!r} has {names}, so reading {reading.name!r} {effect}. Use the same"
        " name in the route and in the consumer."
    )
    severity = None if is_all and not reading.is_optional else "warning"
    symptom = None if reading.is_optional else f"KeyError: {reading.name!r}"
    fix = _fix(module, reading, route)
    return Finding(message, module.location(reading.node), fix, severity, None, symptom)


def _fix(module: Module, reading: Reading, route: ServedRoute) -> str:
    """Return the change to the similar name of the route, else both ways in words."""
    similar = get_close_matches(reading.name, route.parameters or (), 1)
    line = module.source_line(reading.node)
    name = re.escape(reading.name)
    changed = re.sub(rf"(['\"]){name}\1", rf"\1{similar[0]}\1", line, count=1) if similar else line
    if changed != line:
        return changed_line(line, changed)
    return f"Name an argument of the route {reading.name!r}, or read one that it has."


def _readings(cls: Definition) -> Iterator[Reading]:
    aliases = argument_aliases(cls)
    for method in cls.methods():
        for node in walk_body(method.body):
            key = item_key(node)
            if isinstance(key, str) and _is_read(node) and is_arguments(item_holder(node), aliases):
                yield Reading(node, key, isinstance(node, ast.Call))


def _is_read(node: Any) -> bool:
    is_stored = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
    has_default = isinstance(node, ast.Call) and (
        len(node.args) > 1 or bool(node.keywords) or method_name(node) == "pop"
    )
    return not (is_stored or has_default)


def _is_expected(cls: Definition, reading: Reading) -> bool:
    """Return whether the code expects that the argument may be missing."""
    compared = [each for each in ast.walk(cls.node) if isinstance(each, ast.Compare)]
    is_tested = any(string_value(each.left) == reading.name for each in compared)
    return is_tested or is_caught(cls, reading.node)


def _is_conditional(cls: Definition, reading: Reading) -> bool:
    """Return whether a condition, such as one for another argument, decides on the reading."""
    return cls.module.is_inside(reading.node, ast.If, ast.IfExp, ast.BoolOp)


def _misplaced(cls: Definition) -> Iterator[Finding]:
    """Find arguments that are looked up beside `scope["url_route"]["kwargs"]`."""
    for node in ast.walk(cls.node):
        if not (isinstance(node, ast.Subscript) and _is_read(node)):
            continue
        key, holder = item_key(node), item_holder(node)
        is_scope = last_name(holder) == "scope" and key in NO_SCOPE_KEYS
        is_url_route = is_scope_item(holder, "url_route") and isinstance(key, str)
        if is_scope or (is_url_route and key not in URL_ROUTE_KEYS):
            place = "scope" if is_scope else 'scope["url_route"]'
            message = (
                f"`{place}` has no {key!r}, so every handshake fails with KeyError. The arguments"
                ' are in `self.scope["url_route"]["kwargs"]`.'
            )
            right = 'self.scope["url_route"]["kwargs"]'
            item = "" if is_scope else f'["{key}"]'
            fix = replacement_diff(cls.module, node, right + item)
            yield Finding(message, cls.module.location(node), fix, symptom=f"KeyError: {key!r}")
