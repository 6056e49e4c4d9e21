"""A page opens its socket with `ws://` under HTTPS too."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Iterator

from ..asgi.known_paths import known_paths
from ..browser.own_address import at_own_host
from ..browser.pages import pages
from ..browser.script_text import without_comments
from ..browser.sockets import opened_sockets
from ..browser.unrouted_sockets import unrouted_sockets
from ..deployment.https_evidence import is_served_over_https
from ..diffs import changed_line, file_line
from ..finding import Finding, Location

if TYPE_CHECKING:
    from ..browser.sockets import Socket
    from ..project import Project

SEVERITY = "info"
DEPTH = "source"
SYMPTOM = (
    "Mixed Content: The page at 'https://…' was loaded over HTTPS, "
    "but attempted to connect to the insecure WebSocket endpoint 'ws://…'."
)

HOST = r"(?:(?:window|document|self|globalThis)\s*\.\s*)?location\s*\.\s*host(?:name)?\b"
# "ws://" + location.host, `ws://${location.host}`, "ws://{{ request.get_host }}"
OWN_HOST = re.compile(
    rf"""["']ws://["']\s*\+\s*{HOST}|`ws://\$\{{\s*{HOST}|["'`]ws://\{{\{{\s*request\.(?:get_host|META\.HTTP_HOST)"""
)
# new WebSocket("ws://chat.example.com/…"
OTHER_HOST = re.compile(
    r"""new\s+WebSocket\(\s*["'`]ws://([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})(?=[/:"'`])""", re.IGNORECASE
)
LOCAL_HOST = re.compile(
    r"(^|\.)(localhost|local|test|internal|example|invalid|lan)$", re.IGNORECASE
)
# The file looks at the page's protocol: location.protocol, request.scheme, is_secure, or wss.
PROTOCOL_CHOICE = re.compile(
    r"\bwss\b|\.protocol\b|\.scheme\b|is_secure|isSecureContext", re.IGNORECASE
)
# A comparison of the protocol without its colon, which is never true.
NO_COLON = re.compile(r"""protocol\s*[!=]==?\s*["']https?["'](?=[^;\n]{0,80}\bwss?\b)""")
# location.protocol === "https:" ? "ws" : "wss"
EXCHANGED = re.compile(
    r"""protocol\s*===?\s*["'](?:https:?["']\s*\?\s*["'`]ws(?!s)|http:?["']\s*\?\s*["'`]wss)"""
)
# The script chooses between two addresses.
TWO_ADDRESSES = re.compile(r"wss://|\bif\s*\([^)]{0,200}(?:protocol|https|secure)", re.IGNORECASE)

# Another address comes first: given || "ws://…"
FALLBACK = re.compile(r"(?:\|\||\?\?)\s*$")
MAX_SPACE = 100  # characters
MAX_FINDINGS = 100  # in one file


def _with_colon(line: str) -> str:
    return re.sub(r"""(["'])(https?)\1""", r"\1\2:\1", line, count=1)


def _exchanged(line: str) -> str:
    """Return a line whose two schemes behind the question mark have changed places."""
    start, mark, rest = line.partition("?")
    return start + mark + re.sub(r"\bws(s?)(?![\w/])", lambda m: "ws" if m[1] else "wss", rest)


RIGHT_CHOICE = 'location.protocol === "https:" ? "wss:" : "ws:"'
WRONG_CHOICES = (
    (
        NO_COLON,
        (
            "The comparison is never true: `location.protocol` is `https:`, with a colon. So the"
            " scheme of the socket is always the same. Add the colon."
        ),
        _with_colon,
    ),
    (
        EXCHANGED,
        (
            "The schemes are exchanged: an HTTPS page opens `ws://`, and an HTTP page `wss://`."
            " Exchange them."
        ),
        _exchanged,
    ),
)
FIX = '(location.protocol === "https:" ? "wss://" : "ws://") + location.host'


def check(project: Project) -> Iterator[Finding]:
    """Find fixed ws:// addresses of a site on HTTPS, and schemes that are chosen wrongly."""
    for file, text in pages(project):
        yield from _wrong_choices(project, file.path, without_comments(text))
    for location in sorted(_insecure(project)) if is_served_over_https(project) else ():
        message = (
            "The socket's address always starts with `ws://`, which browsers refuse on an HTTPS"
            " page. Choose the scheme by the page's protocol."
        )
        line = file_line(project, location)
        new = at_own_host(line)
        yield Finding(message, location, changed_line(line, new) if new != line else FIX)


def _insecure(project: Project) -> set[Location]:
    """Return the places of fixed ws:// addresses, without pages whose addresses have no route."""
    unrouted = {each.location.path for each in unrouted_sockets(project, known_paths(project))}
    found = {
        Location(file.path, text.count("\n", 0, start) + 1)
        for file, whole in pages(project)
        for text in ([without_comments(whole)] if "ws://" in whole else [])
        if not PROTOCOL_CHOICE.search(text)
        for start in islice(_starts(text), MAX_FINDINGS)
    }
    paths = {each.path for each in found}
    sockets = [each for each in opened_sockets(project) if each.location.path not in paths]
    found |= {each.location for each in sockets if _is_always_insecure(each)}
    return {each for each in found if each.path not in unrouted}


def _is_always_insecure(socket: Socket) -> bool:
    """Return whether each address of a socket at the page's own host begins with ws://."""
    insecure = all(
        each.scheme == "ws" and each.host and each.is_own_host for each in socket.addresses
    )
    return insecure and not TWO_ADDRESSES.search(socket.script.text)


def _wrong_choices(project: Project, path: str, text: str) -> Iterator[Finding]:
    for regex, message, correct in WRONG_CHOICES:
        for match in islice(regex.finditer(text), MAX_FINDINGS):
            location = Location(path, text.count("\n", 0, match.start()) + 1)
            line = file_line(project, location)
            new = correct(line)
            fix = changed_line(line, new) if new != line else RIGHT_CHOICE
            yield Finding(message, location, fix, "error")


def _starts(text: str) -> Iterator[int]:
    found = [
        match.start()
        for match in OWN_HOST.finditer(text)
        if not FALLBACK.search(text, max(0, match.start() - MAX_SPACE), match.start())
    ]
    found += [
        match.start() for match in OTHER_HOST.finditer(text) if not LOCAL_HOST.search(match[1])
    ]
    yield from sorted(found)
