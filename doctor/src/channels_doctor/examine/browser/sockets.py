"""The WebSockets that the project's pages open, and the addresses that each may have."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..asgi.path_automaton import ALPHABET, PathAutomaton
from ..asgi.path_automaton import SEGMENT as SEGMENT_CHARACTERS
from ..finding import Location
from .pages import pages
from .script_text import MAX_EXPRESSION, arguments, without_comments
from .script_values import Script
from .template_text import ANY, HOST, HOSTNAME, SEGMENT

if TYPE_CHECKING:
    from ..project import Project

CONSTRUCTOR = re.compile(
    r"(?:new\s+(?:window\.)?(?:Reconnecting|Robust|Partial)?(?:WebSocket|Sockette)|useWebSocket)\("
)
ATTRIBUTE = re.compile(r"""\b(?:ws-connect|hx-ws)\s*=\s*(["'])(?:connect:\s*)?(.*?)\1""")
DATA_ATTRIBUTE = r"""\bdata-%s\s*=\s*(["'])(.*?)\1"""
URL = re.compile(
    rf"(?:(?P<scheme>[\w{ANY}{SEGMENT}]*):?//(?P<host>[^/?#]*))?(?P<path>[^?#]*)(?P<query>.*)",
    re.DOTALL,
)
MAX_SOCKETS = 100  # in one file
LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(:\d+)?", re.IGNORECASE)


class Address(NamedTuple):
    """One address of a socket; its scheme, host and query are "" when it has none."""

    scheme: str
    host: str
    path: str
    query: str = ""

    @property
    def is_local(self) -> bool:
        """Return whether the host is the computer of the browser."""
        return bool(LOCAL_HOST.fullmatch(self.host))

    @property
    def is_own_host(self) -> bool:
        """Return whether the host is that of the page."""
        own = rf"[{HOST}{HOSTNAME}](:[\w{SEGMENT}{ANY}]*)?"
        return not self.host or bool(re.fullmatch(own, self.host))

    @property
    def is_foreign(self) -> bool:
        """Return whether the whole host is written, and is another than the browser's."""
        return bool(self.host) and self.host.isascii() and not self.is_local

    @property
    def shown_path(self) -> str:
        """Return the path for a message, with `…` for each unknown value."""
        return re.sub(f"[{SEGMENT}{ANY}]+", "…", self.path)

    @property
    def automaton(self) -> PathAutomaton:
        """Return an automaton of the paths that it may be, without their first slash."""
        found = PathAutomaton()
        path = re.sub(f"[{SEGMENT}{ANY}]{{2,}}|(?<!/){SEGMENT}$", ANY, self.path)
        for character in path.lstrip("/"):
            if character == SEGMENT:
                found.add_characters(SEGMENT_CHARACTERS)
                found.add_any(SEGMENT_CHARACTERS)
            elif character == ANY:
                found.add_any(ALPHABET)
            else:
                found.add_text(character)
        return found


class Socket(NamedTuple):
    """A socket that a page opens: the possible addresses, and the second argument as text.

    `script` is the script around it, and `start` the index there.
    """

    location: Location
    addresses: list[Address]
    protocols: str
    script: Script
    start: int

    def location_of(self, part: str) -> Location:
        """Return the line of a part of the address, that of the socket if it is not there."""
        end = self.start + MAX_EXPRESSION
        index = self.script.text.find(part, self.start, end) if part else -1
        return self.location if index < 0 else location_in(self.script, self.location.path, index)


@lru_cache(maxsize=1)
def opened_sockets(project: Project) -> list[Socket]:
    """Return the sockets of all pages and scripts."""
    texts = [without_comments(text) for _, text in pages(project)]

    def find_data(name: str) -> list[str]:
        pattern = re.compile(DATA_ATTRIBUTE % re.escape(name))
        return [match[2] for text in texts for match in pattern.finditer(text)]

    found = []
    for file, text in pages(project):
        script = Script(text, find_data)
        for start, values, protocols in islice(_opened(script), MAX_SOCKETS):
            location = location_in(script, file.path, start)
            addresses = [_address(each) for each in values]
            found.append(Socket(location, addresses, protocols, script, start))
    return found


def location_in(script: Script, path: str, index: int) -> Location:
    """Return the location of the text at an index of a script."""
    return Location(path, script.text.count("\n", 0, index) + 1)


def _opened(script: Script) -> Iterator[tuple[int, list[str], str]]:
    for match in CONSTRUCTOR.finditer(script.text):
        given = arguments(script.text, match.end())
        if given:
            yield match.start(), script.values(given[0]), given[1] if len(given) > 1 else ""
    for match in ATTRIBUTE.finditer(script.text):
        yield match.start(), script.values(f"`{match[2]}`"), ""


def _address(value: str) -> Address:
    match = URL.fullmatch(value)
    if not match:
        return Address("", ANY, ANY)
    is_plain = match["host"] is None and not match["path"].startswith("/")
    host = ANY if is_plain else match["host"] or ""
    return Address(match["scheme"] or "", host, match["path"], match["query"])
