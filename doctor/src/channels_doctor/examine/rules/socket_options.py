"""A page gives the constructor of its socket an object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..browser.script_objects import is_object
from ..browser.socket_scripts import SocketScript
from ..browser.sockets import opened_sockets
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "SyntaxError: Failed to construct 'WebSocket': The subprotocol '[object Object]' is invalid."
)

# The class of Node.js takes options.
OF_NODE = re.compile(r"""(?:require\(|\bfrom\s)\s*["'](?:isomorphic-)?ws["']""")
MESSAGE = (
    "The second argument of `WebSocket` is a subprotocol, and this one is an object, so the browser"
    " raises an error. Remove it."
)
FIX = (
    "Remove the object: a browser sets no headers for a socket. Use the cookie of the session, or"
    " send the token in the first message."
)


def check(project: Project) -> Iterator[Finding]:
    """Find an object in braces as the second argument of the browser's own class."""
    for socket in opened_sockets(project) if project.uses_websockets else []:
        script = SocketScript(socket)
        is_given = bool(socket.protocols) and is_object(script.constant(socket.protocols))
        if is_given and script.is_native and not OF_NODE.search(script.text):
            yield Finding(MESSAGE, socket.location, FIX)
