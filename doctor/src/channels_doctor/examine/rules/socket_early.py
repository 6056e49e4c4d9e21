"""A page sends before its socket is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..browser.early_sends import early_sends
from ..browser.socket_scripts import SocketScript
from ..browser.sockets import opened_sockets
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "Failed to execute 'send' on 'WebSocket': Still in CONNECTING state."

MESSAGE = (
    "The page sends right after `new WebSocket()`, before the socket is open, so the browser raises"
    " an error. Send in `onopen`."
)


def check(project: Project) -> Iterator[Finding]:
    """Find `send()`, and what calls it, in the block that opens the socket."""
    for socket in opened_sockets(project) if project.uses_websockets else []:
        script = SocketScript(socket)
        sends = list(script.calls("send")) if script.is_native else []
        for start, call in early_sends(script.text, socket.start, script.name, [*sends]):
            fix = f"-{call};\n+{script.name}.onopen = () => {call};"
            yield Finding(MESSAGE, script.location(start), fix)
