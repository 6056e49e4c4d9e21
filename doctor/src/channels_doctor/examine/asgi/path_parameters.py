"""What the parameters of a WebSocket's URL may hold, as its routes write them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from ..project import Project
    from ..python.names import Definition
    from .source_routes import Route

CONVERTED = re.compile(r"<(?:(\w+):)?(\w+)>")
ANYTHING = {"", "str", "path"}
# Letters beyond ASCII, which \w takes and a group's name does not; and what else a name may not hold.
LETTERS, OTHERS = ("é", "aé"), ("a b", "a@b", "a:b", "a'b")
NOTHING, SOME, MUCH = 0, 1, 2


def admits(project: Project, found: Definition, parameter: str) -> int:
    """Return what no group's name may hold and the routes to a consumer admit: NOTHING, SOME letters or MUCH.

    NOTHING also when no route is known that has the parameter.
    """
    worst = [
        _admits(route, parameter) for route in project.routes if _leads_to(project, route, found)
    ]
    return max(worst, default=NOTHING)


def _leads_to(project: Project, route: Route, found: Definition) -> bool:
    target: Any = route.callback
    function = getattr(target, "func", None)
    named = project.names.look(route.module, getattr(function, "value", target))
    if named is None or not isinstance(named.node, ast.ClassDef):
        return False
    return found.qualified in {each.qualified for each in project.names.lineage(named)}


def _admits(route: Route, parameter: str) -> int:
    pattern = route.pattern or ""
    if not route.is_regular:
        kinds = [kind for kind, name in CONVERTED.findall(pattern) if name == parameter]
        return MUCH if any(kind in ANYTHING for kind in kinds) else NOTHING
    return max((_tried(inner) for inner in _groups(pattern, parameter)), default=NOTHING)


def _groups(pattern: str, name: str) -> Iterator[str]:
    """Yield what stands in `(?P<name>…)`."""
    start = pattern.find(f"(?P<{name}>")
    if start < 0:
        return
    begin = position = start + len(f"(?P<{name}>")
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


def _tried(inner: str) -> int:
    try:
        compiled = re.compile(inner)
    except (re.error, RecursionError, OverflowError):
        return NOTHING
    if any(compiled.fullmatch(each) for each in OTHERS):
        return MUCH
    return SOME if any(compiled.fullmatch(each) for each in LETTERS) else NOTHING
