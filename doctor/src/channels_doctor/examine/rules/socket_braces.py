"""A static script has a template variable in the address of its socket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..browser.pages import pages
from ..browser.script_text import arguments
from ..browser.script_values import STRING
from ..browser.socket_scripts import SocketScript
from ..browser.sockets import CONSTRUCTOR, opened_sockets
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "WebSocket connection to 'wss://example.com/ws/chat/{{ room_name }}/' failed"

STATIC = re.compile(r"(^|/)static\w*/.*\.m?js$")
BRACES = re.compile(r"\{\{\s*([\w.]+)[^{}\n]*\}\}|\{%[^%\n]*%\}")
NAME = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]*")
MAX_STEPS = 3  # from a name to its value
FIX = (
    'Write the value into the page, `{{ NAME|json_script:"socket-value" }}`, and read it in the'
    ' script: `JSON.parse(document.getElementById("socket-value").textContent)`.'
)


def check(project: Project) -> Iterator[Finding]:
    """Find `{{ … }}` in an address, in a file that Django serves as it is."""
    for socket in opened_sockets(project) if project.uses_websockets else []:
        path = socket.location.path
        found = _braces(SocketScript(socket)) if STATIC.search(path) else None
        if found and not _is_included(project, path.rpartition("/")[2]):
            start, text, name = found
            message = (
                f"Django renders no static file, so the socket's address has the text `{text}`."
                " Give the value in the page."
            )
            fix = FIX.replace("NAME", name or "value")
            yield Finding(message, SocketScript(socket).location(start), fix)


def _braces(script: SocketScript) -> tuple[int, str, str] | None:
    """Return the braces in the address and in the names there: where, the text, the variable."""
    call = CONSTRUCTOR.match(script.text, script.socket.start)
    expressions = arguments(script.text, call.end())[:1] if call else []
    for _ in range(MAX_STEPS):
        for each in expressions:
            found = BRACES.search(each)
            if found:
                return script.text.find(found[0]), found[0], found[1] or ""
        names = [name for each in expressions for name in _names(each)]
        expressions = list(filter(None, map(script.socket.script.assigned, dict.fromkeys(names))))
    return None


def _names(expression: str) -> list[str]:
    """Return the names outside of strings, and those in `${…}`."""
    inserted = re.findall(r"\$\{([^{}]*)\}", expression)
    return NAME.findall(" ".join([STRING.sub(" ", expression), *inserted]))


def _is_included(project: Project, name: str) -> bool:
    """Return whether a template includes the script, so that Django renders it."""
    include = re.compile(rf"\{{%\s*include\s[^%]*{re.escape(name)}")
    return any(include.search(text) for _, text in pages(project))
