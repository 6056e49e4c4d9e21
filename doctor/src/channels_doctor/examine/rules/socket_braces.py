"""A static script uses a template variable in a socket address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator
from urllib.parse import quote

from ..browser.socket_scripts import SocketScript
from ..browser.sockets import opened_sockets
from ..browser.static_braces import static_braces
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "WebSocket connection to 'wss://…%7B%7B%20room_name%20%7D%7D…' failed"

FIX = (
    'Write the value into the page, `{{ NAME|json_script:"socket-value" }}`, and read it in the'
    ' script: `JSON.parse(document.getElementById("socket-value").textContent)`.'
)


def check(project: Project) -> Iterator[Finding]:
    """Find template tags in a socket address in a static file."""
    seen = set()  # a copy of a script in another folder has the same name
    for socket in opened_sockets(project) if project.uses_websockets else []:
        file = socket.location.path.rpartition("/")[2]
        found = static_braces(project, socket)
        if found and (file, found) not in seen:
            seen.add((file, found))
            start, text, name = found
            message = (
                "Django does not render static files, so the socket's address contains the text"
                f" `{text}`. Pass the value through the page."
            )
            fix = FIX.replace("NAME", name or "value")
            place = SocketScript(socket).location(start)
            symptom = SYMPTOM.replace(quote("{{ room_name }}"), quote(text))
            yield Finding(message, place, fix, symptom=symptom)
