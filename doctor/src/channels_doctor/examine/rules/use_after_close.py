"""A socket is used after it is closed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..channels.attribute_paths import attribute_check
from ..channels.close_codes import close_code
from ..channels.handlers import Handler, socket_paths
from ..channels.socket_uses import CLOSED, LAYER_METHODS, SENDING_METHODS, Use
from ..deployment.servers import asgi_programs
from ..diffs import joined_diffs
from ..finding import Finding
from ..packages.requirements import requires_other_server
from ..python.expressions import own_attribute, own_method, walk_body
from ..python.source_text import short_text

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = (
    "RuntimeError: Unexpected ASGI message 'websocket.send', after sending 'websocket.close' or"
    " response already completed."
)

RETURN = "Let the method that closes the socket say so, and return at once in those that call it."
DEFAULT_CODE = 1000
RECEIVERS = {"receive", "receive_json"}
# What a client that is refused must not reach. disconnect() follows, and leaves the groups.
SOCKET_USES = {"accept", *SENDING_METHODS}


def check(project: Project) -> Iterator[Finding]:
    """Find what certainly runs after `close()`, and the `close()` that code goes on after."""
    for handler, paths in socket_paths(project):
        reported: set[ast.AST] = set()
        for use in paths.uses:
            if not use.is_only(CLOSED):
                closes = set(_closes(project, handler, use)) - reported
                reported |= closes
                if closes:
                    yield _without_return(project, handler, sorted(closes, key=_line_of), use)
            elif use.method in SOCKET_USES and not _is_ignored(project, handler, use):
                yield _after_close(project, handler, use)


def _is_ignored(project: Project, handler: Handler, use: Use) -> bool:
    """Return whether a call in disconnect() that comes too late has no effect.

    Daphne drops what it gets for a socket that has ended.
    """
    is_disconnect = handler.name == "disconnect"
    return is_disconnect and (_does_more(handler, use) or not _may_use_other_server(project))


def _may_use_other_server(project: Project) -> bool:
    """Return whether another server than Daphne serves ASGI: by commands, else by requirements."""
    programs = asgi_programs(project)
    return bool(programs - {"daphne"}) or (not programs and requires_other_server(project))


def _does_more(handler: Handler, use: Use) -> bool:
    """Return whether a call is in an own method, or an error of it is expected."""
    return use.node is not use.call or handler.method.module.is_inside(use.node, ast.Try)


def _closes(project: Project, handler: Handler, use: Use) -> list[ast.AST]:
    """Return the calls of close() on some of the paths to a use that a closed socket forbids."""
    closes = [state.node for state in use.states if state.name == CLOSED and state.node]
    if use.method in SOCKET_USES:
        return closes
    is_work = handler.name in RECEIVERS and use.method not in LAYER_METHODS - {"group_send"}
    return [each for each in closes if is_work and _is_refusal(project, handler, each)]


def _is_refusal(project: Project, handler: Handler, close: Any) -> bool:
    """Return whether a call of close() has a code that means an error."""
    code = (
        close_code(project, handler.method.module, close) if isinstance(close, ast.Call) else None
    )
    return code is not None and code != DEFAULT_CODE


def _after_close(project: Project, handler: Handler, use: Use) -> Finding:
    name = handler.method.name
    module = handler.method.module
    text = short_text(use.node)
    how = "" if use.node is use.call else f", which calls `{short_text(use.call)}`,"
    if name == "disconnect":
        message = f"`{text}`{how} in `disconnect()` comes too late: the socket is closed."
        severity = None
    else:
        message = f"`{text}`{how} comes after `close()`, so it never reaches the client."
        severity = "error"
    fix = f"-{module.source_line(use.node)}"
    symptom = None if _may_use_other_server(project) else f"`{text}` has no effect."
    return Finding(message, module.location(use.node), fix, severity, symptom=symptom)


def _in_own_method(handler: Handler, use: Use) -> Finding:
    """Return the finding of a method that closes the socket itself, and uses it after that."""
    module = handler.method.module
    message = (
        f"`{short_text(use.node)}` closes the socket on one path, and goes on with"
        f" `{short_text(use.call)}`. Return where it is closed."
    )
    return Finding(message, module.location(use.node), RETURN)


def _without_return(project: Project, handler: Handler, closes: list[ast.AST], use: Use) -> Finding:
    """Return one finding for all calls of close() before the same use."""
    module, name = handler.method.module, handler.method.name
    if use.node in closes:
        return _in_own_method(handler, use)
    lines = ", ".join(str(_line_of(each)) for each in closes)
    where = f" in the lines {lines}" if len(closes) > 1 else ""
    is_dropped = use.method in SOCKET_USES and not _may_use_other_server(project)
    what = f"`{short_text(use.node)}` in line {_line_of(use.node)}"
    how = f": Daphne drops {what}, but the rest runs" if is_dropped else f" with {what}"
    message = f"`{name}()` goes on after `close()`{where}{how}. Return after `close()`."
    symptom = f"The rest of `{name}()` runs for a socket that it closed." if is_dropped else None
    fix = _fix(project, handler, closes)
    return Finding(message, module.location(closes[0]), fix, symptom=symptom)


def _fix(project: Project, handler: Handler, closes: list[ast.AST]) -> str:
    """Return what ends the method, and what checks in disconnect() the attributes set later."""
    module = handler.method.module
    if any(map(_is_of_other_method, closes)):
        return RETURN
    fixes = [(_line_of(each), f" {module.source_line(each)}\n+return") for each in closes]
    disconnect = project.resolver.member(handler.consumer, "disconnect")
    if handler.name == "connect" and disconnect and disconnect.is_function:
        names = _set_after(handler, closes[0])
        later = {each for each in names if not project.resolver.member(handler.consumer, each)}
        reads = [each for each in walk_body(disconnect.node.body) if own_attribute(each) in later]
        is_checked = disconnect.uses_name("hasattr") or disconnect.module is not module
        for read in reads[:1] if not is_checked else ():
            name, init = (
                own_attribute(read),
                project.resolver.own_member(handler.consumer, "__init__"),
            )
            is_initialised = init is not None and init.uses_name(name)
            check = attribute_check(disconnect, read, name, is_initialised)
            fixes.append((_line_of(read), check))
    return joined_diffs(sorted(fixes))


def _set_after(handler: Handler, close: ast.AST) -> set[str]:
    """Return the attributes that a method sets below a call alone."""
    nodes = [each for each in ast.walk(handler.method.node) if isinstance(each, ast.Attribute)]
    stored = [each for each in nodes if isinstance(each.ctx, ast.Store)]
    before = {own_attribute(each) for each in stored if each.lineno <= _line_of(close)}
    return {own_attribute(each) for each in stored} - before - {""}


def _is_of_other_method(node: ast.AST) -> bool:
    """Return whether a call closes the socket in another method, on some of its paths alone."""
    return own_method(node) not in {"", "close"}


def _line_of(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)
