"""A page opens a socket at a host that is not its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..browser.sockets import Address, opened_sockets
from ..browser.template_text import HOST, HOSTNAME
from ..diffs import changed_line, file_line, line_diff
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "SyntaxError: Failed to construct 'WebSocket': The URL 'ws://localhost:8000ws/chat/'"

REFUSED = "WebSocket connection to 'ws://localhost/ws/chat/' failed"
# The page's own host with the beginning of the path, which lacks its slash.
JOINED = re.compile(rf"[{HOST}{HOSTNAME}]([\w-]+)")


def check(project: Project) -> Iterator[Finding]:
    """Find hosts that run into the path, and hosts without the page's port."""
    for socket in opened_sockets(project) if project.uses_websockets else []:
        joined = [JOINED.match(each.host) for each in socket.addresses]
        first = joined[0] if joined else None
        if first and all(joined):
            message = (
                f"The address has no slash between the host and `{first[1]}`, so the browser"
                " refuses it. Begin the path with a slash."
            )
            place = socket.location_of(first[1])
            line = file_line(project, place)
            new = re.sub(rf"""(["'`}}])({re.escape(first[1])})""", r"\1/\2", line, count=1)
            fix = changed_line(line, new) if new != line else f"/{first[1]}"
            rest = first[1] + socket.addresses[0].shown_path
            yield Finding(message, place, fix, symptom=SYMPTOM.replace("ws/chat/", rest))
        elif socket.addresses and all(map(_has_no_port, socket.addresses)):
            message = (
                "The address leaves out the page's port, so the socket fails with a server at any"
                " port but 80 and 443. Use `location.host`."
            )
            place = socket.location_of("location.hostname")
            fix = line_diff(project, place, ".hostname", ".host")
            symptom = REFUSED.replace("/ws/chat/", socket.addresses[0].shown_path)
            yield Finding(message, place, fix, "info", symptom=symptom)


def _has_no_port(address: Address) -> bool:
    return address.host == HOSTNAME
