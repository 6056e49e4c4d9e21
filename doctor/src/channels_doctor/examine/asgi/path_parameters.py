"""What the parameters of a WebSocket route accept, of that which no group name may hold."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from .source_routes import Route

CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
BROAD_CONVERTERS = {"", "str", "path"}
# What a person may type. `\w` also takes letters beyond ASCII, which only an address has that is
# written by hand.
SAMPLES = ("a b", "a@b", "a:b", "a'b")


def accepts_invalid_characters(project: Project, consumer: Definition, parameter: str) -> bool:
    """Return whether a route to a consumer accepts such a character in a parameter."""
    return any(
        _is_accepted_by_route(route, parameter)
        for route in project.routes
        if not route.module.is_test and _leads_to(project, route, consumer)
    )


def _leads_to(project: Project, route: Route, consumer: Definition) -> bool:
    """Return whether a route has a consumer, or a class that inherits from it."""
    target = route.callback
    if isinstance(target, ast.Call) and isinstance(target.func, ast.Attribute):
        target = target.func.value
    routed = project.resolver.definition(route.module, target)
    if routed is None or not routed.is_class:
        return False
    return consumer.full_name in {each.full_name for each in project.resolver.mro(routed)}


def _is_accepted_by_route(route: Route, parameter: str) -> bool:
    pattern = route.pattern or ""
    if route.is_regex:
        return any(map(_is_accepted_by_regex, _groups(pattern, parameter)))
    converters = [kind for kind, name in CONVERTER.findall(pattern) if name == parameter]
    return any(each in BROAD_CONVERTERS for each in converters)


def _groups(pattern: str, name: str) -> Iterator[str]:
    """Yield the inside of `(?P<name>…)`."""
    opening = f"(?P<{name}>"
    start = pattern.find(opening)
    if start < 0:
        return
    begin = position = start + len(opening)
    depth = 1
    in_class = False
    while position < len(pattern):
        character = pattern[position]
        in_class = character == "[" or (in_class and character != "]")
        depth += 0 if in_class else {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            yield pattern[begin:position]
            return
        position += 2 if character == "\\" else 1


def _is_accepted_by_regex(text: str) -> bool:
    try:
        regex = re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return any(map(regex.fullmatch, SAMPLES))
