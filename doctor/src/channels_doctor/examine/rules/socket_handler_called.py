"""A page calls a socket's event handler instead of assigning it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..browser.script_functions import functions
from ..browser.socket_scripts import SocketScript
from ..browser.sockets import opened_sockets
from ..diffs import line_diff
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "The function runs once when the page opens the socket, and never when an event occurs."


def check(project: Project) -> Iterator[Finding]:
    """Find `socket.onclose = name()` with a function that returns nothing."""
    for socket in opened_sockets(project) if project.uses_websockets else []:
        script = SocketScript(socket)
        for start, event, name in script.called_handlers():
            if _returns_nothing(script.text, name):
                old, new = f"{event} = {name}()", f"{event} = {name}"
                message = (
                    f"`{old}` calls the function at once and assigns its result, `undefined`, so"
                    f" the socket has no handler. Write `{new}`."
                )
                place = script.location(start)
                yield Finding(message, place, line_diff(project, place, old, new))


def _returns_nothing(text: str, name: str) -> bool:
    """Return whether a script defines a function once, and it returns no value."""
    function = functions(text).get(name)
    return function is not None and not function.returned()
