"""A blocking call stops the event loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..finding import Finding
from ..python.call_graph import Reach, Reached
from ..python.expressions import changed, own, spell, text

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
ALONE = (
    "asyncio.run",
    "uvloop.run",
    "anyio.run",
)  # in a module that starts its own loop, there is nobody to stall


class Culprit(NamedTuple):
    """A blocking call, and its full name."""

    node: ast.Call
    name: str


def check(project: Project) -> Iterator[Finding]:
    """Find blocking calls in `async def`, and in plain functions that it calls directly."""
    for reached in Reach(project, _culprits).all():
        if project.uses_sockets and not _is_alone(reached.module):
            yield _finding(reached)


def _finding(reached: Reached) -> Finding:
    message = (
        f"{reached.function.name}() runs in an event loop and calls {reached.culprit.name}(){reached.via}:"
        " until it returns, no other socket of the process is served."
    )
    return Finding(message, reached.module.place(reached.node), _fix(reached))


def _fix(reached: Reached) -> str:
    call, module = reached.node, reached.module
    if not isinstance(call, ast.Call):
        return ""
    if reached.culprit.name == SLEEP and reached.helper is None:
        return changed(module, call.func, "await asyncio.sleep")
    given = text(module, call)[len(text(module, call.func)) + 1 :]
    new = (
        f"await asyncio.to_thread({text(module, call.func)}, {given}"
        if call.args or call.keywords
        else ""
    )
    return changed(module, call, new or f"await asyncio.to_thread({spell(call.func)})")


def _culprits(module: Module, function: Function) -> list[Culprit]:
    calls = [node for node in own(function.body) if isinstance(node, ast.Call)]
    named = [Culprit(call, module.qualified(call.func)) for call in calls]
    return [each for each in named if each.name in BLOCKING and _is_imported(module, each.node)]


def _is_imported(module: Module, call: ast.Call) -> bool:
    """Return whether the name is one of an import: `requests` may be a dict."""
    root: ast.AST = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return getattr(root, "id", "") in module.imports


def _is_alone(module: Module) -> bool:
    return "management/commands/" in module.path or any(module.calls(*ALONE))
