"""A page opens its socket on the visitor's own computer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..browser.own_address import at_own_host
from ..browser.sockets import opened_sockets
from ..diffs import changed_line, file_line
from ..finding import Finding
from ..settings.deployed_settings import settings_named

if TYPE_CHECKING:
    from ..browser.sockets import Address, Socket
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "WebSocket connection to 'ws://127.0.0.1:8000/ws/chat/' failed"

# The script knows other addresses: it looks at the page's host, at a setting or at the mode.
CHOICE = re.compile(
    r"location\.(host|origin|href)|get_host|\benv\b|NODE_ENV|process\.|import\.meta|\bDEBUG\b"
    r"|isDev|__DEV__|[\"'`]production|wss?://(?!localhost|127\.|0\.0\.0\.0|\[|\$)[\w{]",
    re.IGNORECASE,
)
# A bundler builds such a script, and its page may come from another server than Django.
BUILT_FILES = (".ts", ".tsx", ".jsx", ".vue", ".svelte")
BUILT = re.compile(r"""^\s*import\b[^;'"]*["'](?![./])""", re.MULTILINE)
MODULE = re.compile(r"^(import|export)\b", re.MULTILINE)
SERVED = re.compile(r"(^|/)(static\w*|public|assets|templates)/")  # folders of files as they are
TEST_TOKEN = re.compile(r"token=eyJ")  # a page with a token of its own is for a manual test
FIX = '(location.protocol === "https:" ? "wss://" : "ws://") + location.host'


def check(project: Project) -> Iterator[Finding]:
    """Find sockets whose only address is a local one, where others may visit the site."""
    is_visited = project.uses_websockets and not _is_for_one_computer(project)
    for socket in opened_sockets(project) if is_visited else []:
        is_local = all(each.is_local for each in socket.addresses)
        if is_local and not CHOICE.search(socket.script.text) and not _is_built(socket):
            host = socket.addresses[0].host
            message = (
                f"The page always connects to `{host}`, which is the visitor's own computer."
                " Use `location.host`."
            )
            fix, symptom = _fix(project, socket), _symptom(socket.addresses[0])
            yield Finding(message, socket.location, fix, symptom=symptom, cause=(host,))


def _symptom(address: Address) -> str:
    url = f"{address.scheme or 'ws'}://{address.host}{address.shown_path}"
    return SYMPTOM.replace("ws://127.0.0.1:8000/ws/chat/", url)


def _is_for_one_computer(project: Project) -> bool:
    """Return whether all settings have the empty list of hosts of a new project."""
    return all(
        each.is_set and each.is_complete and not each.items
        for each in settings_named(project, "ALLOWED_HOSTS")
    )


def _is_built(socket: Socket) -> bool:
    """Return whether a script is not served as it is written, or is for a manual test."""
    path, text = socket.location.path, socket.script.text
    if TEST_TOKEN.search(text):
        return True
    is_module = MODULE.search(text) is not None and not SERVED.search(path)
    return is_module or path.endswith(BUILT_FILES) or bool(BUILT.search(text))


def _fix(project: Project, socket: Socket) -> str:
    """Return the change of the line that has the address."""
    line = file_line(project, socket.location_of("://"))
    new = at_own_host(line)
    return changed_line(line, new) if "location.host" in new else FIX
