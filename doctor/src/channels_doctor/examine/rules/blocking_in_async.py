"""A blocking call stops the event loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..finding import Finding
from ..python.call_graph import CallGraph, LoopMatch
from ..python.expressions import variable_name, walk_body
from ..python.source_text import replacement_diff, short_text, source_text

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Function, Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "took too long to shut down and was killed."

SLEEP = "time.sleep"
HTTP = ("get", "post", "put", "patch", "delete", "head", "options", "request")
PROCESSES = ("run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")
MAIL = ("send_mail", "send_mass_mail", "mail_admins", "mail_managers")
BLOCKING = {
    SLEEP,
    "os.system",
    "urllib.request.urlopen",
    "urllib.request.urlretrieve",
    "smtplib.SMTP",
    "smtplib.SMTP_SSL",
    "socket.create_connection",
    *(f"requests.{name}" for name in HTTP),
    *(f"httpx.{name}" for name in HTTP),
    *(f"subprocess.{name}" for name in PROCESSES),
    *(f"django.core.mail.{name}" for name in MAIL),
}
# A module that starts its own event loop serves no sockets.
LOOP_STARTERS = ("asyncio.run", "uvloop.run", "anyio.run")


class BlockingCall(NamedTuple):
    """A blocking call, and its full name."""

    node: ast.Call
    name: str


def check(project: Project) -> Iterator[Finding]:
    """Find blocking calls in `async def`, and in plain functions that it calls directly."""
    for found in CallGraph(project, _blocking_calls).loop_matches():
        if project.uses_websockets and not _has_own_loop(found.module):
            yield _finding(found)


def _finding(found: LoopMatch) -> Finding:
    message = (
        f"`{found.function.name}()` runs in an event loop and calls"
        f" `{found.match.name}()`{found.via}, which blocks every socket of the process."
    )
    return Finding(message, found.module.location(found.node), _fix(found))


def _fix(found: LoopMatch) -> str:
    call, module = found.node, found.module
    if not isinstance(call, ast.Call):
        return ""
    if found.match.name == SLEEP and found.helper is None:
        return replacement_diff(module, call.func, "await asyncio.sleep")
    if not (call.args or call.keywords):
        return replacement_diff(module, call, f"await asyncio.to_thread({short_text(call.func)})")
    function = source_text(module, call.func)
    arguments = source_text(module, call)[len(function) + 1 :]
    return replacement_diff(module, call, f"await asyncio.to_thread({function}, {arguments}")


def _blocking_calls(module: Module, function: Function) -> list[BlockingCall]:
    calls = [node for node in walk_body(function.body) if isinstance(node, ast.Call)]
    named = [BlockingCall(call, module.full_name(call.func)) for call in calls]
    return [each for each in named if each.name in BLOCKING and _is_imported(module, each.node)]


def _is_imported(module: Module, call: ast.Call) -> bool:
    """Return whether the name is imported: `requests` may also be a variable."""
    root: ast.AST = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return variable_name(root) in module.imports


def _has_own_loop(module: Module) -> bool:
    return "management/commands/" in module.path or any(module.calls(*LOOP_STARTERS))
