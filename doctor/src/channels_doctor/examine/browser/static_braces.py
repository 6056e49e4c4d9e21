"""The template tags in the addresses of sockets that static files open."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .pages import pages
from .script_text import arguments
from .script_values import STRING
from .sockets import CONSTRUCTOR

if TYPE_CHECKING:
    from ..project import Project
    from .sockets import Socket

STATIC = re.compile(r"(^|/)static\w*/.*\.m?js$")
BRACES = re.compile(r"\{\{\s*([\w.]+)[^{}\n]*\}\}|\{%[^%\n]*%\}")
# A function gets the text, and fills the braces.
FILLED = re.compile(r"[\w$]\([^()]*\{\\?[{%]")
NAME = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]*")
MAX_STEPS = 3  # from a name to its value


def static_braces(project: Project, socket: Socket) -> tuple[int, str, str] | None:
    """Return the braces in the address of a socket that a static file opens."""
    path = socket.location.path
    found = _braces(socket) if STATIC.search(path) else None
    return None if found and _is_rendered(project, path.rpartition("/")[2]) else found


def _braces(socket: Socket) -> tuple[int, str, str] | None:
    """Return the braces in the address and in the names there: where, the text, the variable."""
    text = socket.script.text
    call = CONSTRUCTOR.match(text, socket.start)
    expressions = arguments(text, call.end())[:1] if call else []
    for _ in range(MAX_STEPS):
        if any(map(FILLED.search, expressions)):
            return None
        for each in expressions:
            found = BRACES.search(each)
            if found:
                return text.find(found[0]), found[0], found[1] or ""
        names = [name for each in expressions for name in _names(each)]
        expressions = list(filter(None, map(socket.script.assigned, dict.fromkeys(names))))
    return None


def _names(expression: str) -> list[str]:
    """Return the names outside of strings, and those in `${…}`."""
    inserted = re.findall(r"\$\{([^{}]*)\}", expression)
    return NAME.findall(" ".join([STRING.sub(" ", expression), *inserted]))


def _is_rendered(project: Project, name: str) -> bool:
    """Return whether a template includes the script, or code gives its name to a view."""
    include = re.compile(rf"\{{%\s*include\s[^%]*{re.escape(name)}")
    named = re.compile(rf"(^|/){re.escape(name)}$")
    return any(include.search(text) for _, text in pages(project)) or any(
        isinstance(each.value, str) and named.search(each.value)
        for module, each in project.find_all(ast.Constant)
        if isinstance(module.parents.get(each), (ast.Call, ast.keyword, ast.Assign))
    )
