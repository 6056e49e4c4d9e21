"""A page does not set an event handler of its socket."""

from __future__ import annotations

import re
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
AT_ONCE = "The page opens socket after socket without a pause while the server is unavailable."

EVENTS = ("open", "message", "close", "error")
TIMER = re.compile(r"\bsetTimeout\(\s*([A-Za-z_$][\w$]*)\(\)\s*,")


def check(project: Project) -> Iterator[Finding]:
    """Find handlers that are called or misspelt, and timers that get no function."""
    for socket in opened_sockets(project) if project.uses_websockets else []:
        script = SocketScript(socket)
        yield from _called(project, script)
        yield from _misspelt(project, script)
        yield from _without_pause(project, script)


def _called(project: Project, script: SocketScript) -> Iterator[Finding]:
    """Find `socket.onclose = name()` with a function that returns nothing."""
    for start, event, name in script.called_handlers():
        if _returns_nothing(script.text, name):
            old, new = f"{event} = {name}()", f"{event} = {name}"
            message = (
                f"`{old}` calls the function at once and assigns its result, `undefined`, so"
                f" the socket has no handler. Write `{new}`."
            )
            place = script.location(start)
            yield Finding(message, place, line_diff(project, place, old, new))


def _misspelt(project: Project, script: SocketScript) -> Iterator[Finding]:
    """Find `socket.onMessage = …`, an attribute that the script does not use otherwise."""
    for start, attribute in script.set_attributes() if script.is_native else ():
        name = attribute.lower()
        is_event = name.startswith("on") and name[2:] in EVENTS
        is_used = re.search(rf"\.{attribute}\b(?!\s*=[^=])", script.text)
        if is_event and attribute != name and not is_used:
            message = (
                f"A socket has no event handler `{attribute}`, so the browser never calls it."
                f" Write `{name}`."
            )
            place = script.location(start)
            fix = line_diff(project, place, f".{attribute}", f".{name}")
            symptom = "The function never runs, and the browser reports no error."
            yield Finding(message, place, fix, symptom=symptom)


def _without_pause(project: Project, script: SocketScript) -> Iterator[Finding]:
    """Find `setTimeout(name(), …)` in the function that opens the socket."""
    for match in TIMER.finditer(script.text):
        function = functions(script.text).get(match[1])
        if function is None or not _returns_nothing(script.text, match[1]):
            continue
        inside = range(function.start, function.start + len(function.body))
        if script.socket.start in inside and match.start() in inside:
            old, new = f"setTimeout({match[1]}(),", f"setTimeout({match[1]},"
            message = (
                f"`setTimeout()` gets the result of `{match[1]}()`, which opens the next socket at"
                " once. Pass the function itself."
            )
            place = script.location(match.start())
            yield Finding(message, place, line_diff(project, place, old, new), symptom=AT_ONCE)


def _returns_nothing(text: str, name: str) -> bool:
    """Return whether a script defines a function once, and it returns no value."""
    function = functions(text).get(name)
    return function is not None and not function.returned()
