"""The query string of a WebSocket contains a secret."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator

from ..browser.pages import pages
from ..finding import Finding, Location
from ..python.definitions import assigned_names
from ..python.expressions import (
    constant_value,
    is_scope_item,
    item_holder,
    item_key,
    method_name,
    subscript_key,
    variable_name,
    walk_body,
)
from ..python.nodes import walk

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project
    from ..python.modules import Function, Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "GET /ws/chat/?token=eyJhbGciOi"

CREDENTIAL = (
    r"(?:(?:access|auth|api|id|user|bearer|session|refresh)[_-]?)?(?:token|jwt|secret|password|passwd|sessionid)"
    r"|api[_-]?key"
)
SECRET = re.compile(rf"^(?:{CREDENTIAL})$", re.IGNORECASE)
SECRET_VARIABLE = re.compile(
    r"(?:(?:access|auth|user|bearer|raw)_)?(?:token|jwt)(?:_(?:key|value|string))?$", re.IGNORECASE
)
EQUALS = (["="], [b"="])
SECRET_PARAMETER = re.compile(rf"^[?&]?({CREDENTIAL})=", re.IGNORECASE)
# A socket whose address has a secret, on one line of a script or a template.
URL_WITH_SECRET = re.compile(
    rf"""(?:new\s+\w*WebSocket\w*\s*\(|\bwss?://|['"`/]ws/)[^\n]{{0,300}}?[?&]({CREDENTIAL})=""",
    re.IGNORECASE,
)
MAX_LINE = 500  # characters of a line; longer lines are generated
FIX = (
    "await cache.aset(ticket, user.pk, 30)"
    "  # a single-use ticket, sent as Sec-WebSocket-Protocol or as the first message"
)


def check(project: Project) -> Iterator[Finding]:
    """Find secrets that the code reads from a query string, or that pages add to it."""
    for module in project.production_modules if project.uses_websockets else []:
        found = [each for function in module.functions() for each in _in_function(module, function)]
        if found and _is_reached(project, module):
            yield from found
    for file, text in pages(project) if project.uses_websockets else []:
        yield from _in_page(file, text)


def _is_reached(project: Project, module: Module) -> bool:
    """Return whether a module without classes, of an application, or that another one imports."""
    if not any(module.find_all(ast.ClassDef)) or module in project.asgi_modules:
        return True
    return any(
        module in (project.resolver.find_module(name), project.resolver.find_module(_owner(name)))
        for other in project.production_modules
        if other is not module
        for node in other.find_all(ast.Import, ast.ImportFrom)
        for name in other.imported_names(node)
    )


def _owner(name: str) -> str:
    return name.rpartition(".")[0]


def _in_function(module: Module, function: Function) -> Iterator[Finding]:
    nodes = list(walk_body(function.body))
    names = _queries(nodes)
    for node in (
        nodes if names or any(is_scope_item(each, "query_string") for each in nodes) else []
    ):
        name = _secret(node, names)
        if name:
            message = (
                f"`{function.name}()` reads `{name}` from the query string, which servers and"
                " proxies log. Use a session or a single-use ticket."
            )
            yield Finding(message, module.location(node), FIX)
            return


def _queries(nodes: list[Any]) -> set[str]:
    """Return the names of the query string and of values that derive from it."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Assign) and _is_query(node.value, names):
            parts = (each for target in node.targets for each in walk(target))
            names.update(filter(None, map(variable_name, parts)))
    return names


def _is_query(node: ast.AST, names: set[str]) -> bool:
    return any(
        is_scope_item(each, "query_string") or variable_name(each) in names for each in walk(node)
    )


def _secret(node: Any, names: set[str]) -> str:
    """Return the name of a secret that an expression reads: `query["token"]`, or `"token="`."""
    name = _text(item_key(node))
    if SECRET.match(name) and _is_query(item_holder(node), names):
        return name
    found = SECRET_PARAMETER.match(_text(constant_value(node)))
    return found.group(1) if found else _piece(node, names)


def _piece(node: ast.AST, names: set[str]) -> str:
    """Return the name of a secret after the first `=`: `token = query.split("=")[1]`."""
    value = node.value if isinstance(node, ast.Assign) else None
    split = value.value if isinstance(value, (ast.Subscript, ast.Attribute)) else None
    if value is None or not isinstance(split, ast.Call) or method_name(split) != "split":
        return ""
    is_second_part = subscript_key(value) != 0 and _is_query(value, names)
    separators = [constant_value(each) for each in split.args[:1]]
    secrets = [name for name in assigned_names(node) if SECRET_VARIABLE.match(name)]
    return secrets[0] if secrets and is_second_part and separators in EQUALS else ""


def _text(value: Any) -> str:
    """Return a string, or bytes as a string; "" for anything else."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text if isinstance(text, str) else ""


def _in_page(file: File, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        found = URL_WITH_SECRET.search(line) if len(line) <= MAX_LINE and "=" in line else None
        if found:
            message = (
                f"The page adds `{found.group(1)}` to a WebSocket's address, which servers and"
                " proxies log. Use a session or a single-use ticket."
            )
            yield Finding(message, Location(file.path, number), FIX)
