"""A secret is in the address of a WebSocket, and so in the logs."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Iterator

from ..browser.pages import pages
from ..finding import Finding, Place
from ..python.expressions import constant, holder, is_scope, item, key, own

if TYPE_CHECKING:
    from ..files import File
    from ..project import Project
    from ..python.modules import Function, Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "GET /ws/chat/?token=eyJhbGciOi"

WORD = (
    r"(?:(?:access|auth|api|id|user|bearer|session|refresh)[_-]?)?(?:token|jwt|secret|password|passwd|sessionid)"
    r"|api[_-]?key"
)
SECRET = re.compile(rf"^(?:{WORD})$", re.IGNORECASE)
NAMED = re.compile(
    r"(?:(?:access|auth|user|bearer|raw)_)?(?:token|jwt)(?:_(?:key|value|string))?$", re.IGNORECASE
)
EQUALS = (["="], [b"="])
WRITTEN = re.compile(rf"^[?&]?({WORD})=", re.IGNORECASE)
# A socket whose address has a secret, on one line of a script or a template.
ADDRESS = re.compile(
    rf"""(?:new\s+\w*WebSocket\w*\s*\(|\bwss?://|['"`/]ws/)[^\n]{{0,300}}?[?&]({WORD})=""",
    re.IGNORECASE,
)
LONGEST = 500  # characters of a line; longer ones were made by a machine
FIX = "await cache.aset(ticket, user.pk, 30)  # a single-use ticket instead, as Sec-WebSocket-Protocol or first message"


def check(project: Project) -> Iterator[Finding]:
    """Find secrets that the code reads from a query string, and those that pages put there."""
    for module in project.code if project.uses_sockets else []:
        functions: list[Function] = [
            *module.all(ast.FunctionDef),
            *module.all(ast.AsyncFunctionDef),
        ]
        for function in functions:
            yield from _read(module, function)
    for file, text in pages(project) if project.uses_sockets else []:
        yield from _written(file, text)


def _read(module: Module, function: Function) -> Iterator[Finding]:
    nodes = list(own(function.body))
    names = _queries(nodes)
    for node in nodes if names or any(is_scope(each, "query_string") for each in nodes) else []:
        name = _secret(node, names)
        if name:
            message = (
                f"{function.name}() takes {name} from the query string:"
                " addresses are kept in the logs of servers and proxies, and whoever reads them has it."
            )
            yield Finding(message, module.place(node), FIX)
            return


def _queries(nodes: list[Any]) -> set[str]:
    """Return the names that hold the query string, or what was made of it."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Assign) and _is_query(node.value, names):
            names.update(
                each.id
                for target in node.targets
                for each in ast.walk(target)
                if isinstance(each, ast.Name)
            )
    return names


def _is_query(node: ast.AST, names: set[str]) -> bool:
    return any(
        is_scope(each, "query_string") or getattr(each, "id", "") in names
        for each in ast.walk(node)
    )


def _secret(node: Any, names: set[str]) -> str:
    """Return the name of a secret that an expression reads: `query["token"]`, `"token="` to split at."""
    name = _text(item(node))
    if SECRET.match(name) and _is_query(holder(node), names):
        return name
    found = WRITTEN.match(_text(constant(node)))
    return found.group(1) if found else _piece(node, names)


def _piece(node: Any, names: set[str]) -> str:
    """Return the name of a secret that stands behind the first `=`: `token = query.split("=")[1]`."""
    parts = getattr(getattr(node, "value", None), "value", None)
    if (
        not isinstance(node, ast.Assign)
        or getattr(getattr(parts, "func", None), "attr", "") != "split"
    ):
        return ""
    given = [
        name for target in node.targets for name in [getattr(target, "id", "")] if NAMED.match(name)
    ]
    is_split = [constant(each) for each in getattr(parts, "args", [])[:1]] in EQUALS
    return (
        given[0]
        if given and is_split and key(node.value) != 0 and _is_query(node.value, names)
        else ""
    )


def _text(value: Any) -> str:
    """Return a text, also of bytes; "" of anything else."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text if isinstance(text, str) else ""


def _written(file: File, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        found = ADDRESS.search(line) if len(line) <= LONGEST and "=" in line else None
        if found:
            message = f"The page puts {found.group(1)} into a WebSocket's address, which servers and proxies log."
            yield Finding(message, Place(file.path, number), FIX)
