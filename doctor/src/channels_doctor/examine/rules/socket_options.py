"""A page passes an object to `WebSocket()` as its second argument."""

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

# The classes of Node.js, Bun and Deno take options.
OF_SERVER = re.compile(
    r"""(?:require\(|\bfrom\s)\s*["'](?:isomorphic-)?ws["']|["']node:|\b(?:Bun|Deno)\.|^#!"""
    r"|\bprocess\.(?:argv|exit|stdin|stdout)\b"
)
# A name of the script, and not that of the browser.
OWN_CLASS = re.compile(
    r"\b(?:class|function|const|let|var)\s+WebSocket\b"
    r"|\bimport\s+(?:type\s+)?(?:WebSocket\b|[^;'\"{]{0,100}\{[^}]{0,500}\bWebSocket\b)"
    r"|\{[^{}]{0,500}\bWebSocket\b[^{}]{0,500}\}\s*=\s*(?:await\s+import|require)\b"
)
MESSAGE = (
    "The second argument of `WebSocket()` must be a subprotocol, but this one is an object, so the"
    " browser raises an error. Remove it."
)
FIX = (
    "Remove the object, because a page cannot set the headers of a socket. Use the session cookie,"
    " or send the token in the first message."
)


def check(project: Project) -> Iterator[Finding]:
    """Find an object as the second argument of the browser's `WebSocket`."""
    for socket in opened_sockets(project) if project.uses_websockets else []:
        script = SocketScript(socket)
        is_given = bool(socket.protocols) and is_object(script.constant(socket.protocols))
        is_own = OWN_CLASS.search(script.text) or OF_SERVER.search(script.text)
        if is_given and script.is_native and not is_own:
            yield Finding(MESSAGE, socket.location, FIX)
