"""The pages that add a secret to the address of a WebSocket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.query_secrets import CREDENTIAL
from ..finding import Location
from .pages import pages
from .script_text import without_comments
from .sockets import opened_sockets

if TYPE_CHECKING:
    from ..project import Project

# A socket whose address has a secret, on one line of a script or a template.
URL_WITH_SECRET = re.compile(
    rf"""(?:new\s+\w*WebSocket\w*\s*\(|\bwss?://|['"`/]ws/)[^\n]{{0,300}}?[?&]({CREDENTIAL})=""",
    re.IGNORECASE,
)
# The query of an address that a script puts together on several lines.
QUERY_WITH_SECRET = re.compile(rf"[?&]({CREDENTIAL})=", re.IGNORECASE)
# A secret that a script adds to the object of an address, and the socket of that object.
ADDED_SECRET = re.compile(
    rf"""([\w$]+)\.searchParams\.(?:set|append)\(\s*['"`]({CREDENTIAL})['"`]""", re.IGNORECASE
)
SOCKET_OF = r"new\s+[\w.]*WebSocket\w*\(\s*{0}\b"
REPLACED = r"(?<![\w$.]){0}\s*=[^=]"
# A value that is worth nothing in a log, by its name.
TICKET = re.compile(r"[^\n]{0,200}?(?:ticket|nonce|one_?time|single_?use)", re.IGNORECASE)
MAX_LINE = 500  # characters of a line; longer lines are generated


class SecretAddress(NamedTuple):
    """A line that adds a secret with a name to an address."""

    name: str
    location: Location


def secret_addresses(project: Project) -> list[SecretAddress]:
    """Return the lines of scripts and templates that add a secret, without comments."""
    found = list(_on_lines(project))
    known = {(each.location.path, each.name) for each in found}
    more = dict.fromkeys(_of_sockets(project))
    return found + [each for each in more if (each.location.path, each.name) not in known]


def _on_lines(project: Project) -> Iterator[SecretAddress]:
    for file, whole in pages(project):
        text = without_comments(whole)
        for number, line in enumerate(text.splitlines(), 1):
            found = URL_WITH_SECRET.search(line) if len(line) <= MAX_LINE and "=" in line else None
            if found and not TICKET.match(line, found.end()):
                yield SecretAddress(found.group(1), Location(file.path, number))
        for added in ADDED_SECRET.finditer(text) if "searchParams" in text else ():
            if _is_opened(text, added) and not TICKET.match(text, added.end()):
                number = text.count("\n", 0, added.start()) + 1
                yield SecretAddress(added[2], Location(file.path, number))


def _is_opened(text: str, added: re.Match[str]) -> bool:
    """Return whether a socket gets the object to which a script adds a secret."""
    name, rest = re.escape(added[1]), text[added.end() :]
    opened = re.search(SOCKET_OF.format(name), rest)
    return bool(opened and not re.search(REPLACED.format(name), rest[: opened.start()]))


def _of_sockets(project: Project) -> Iterator[SecretAddress]:
    for socket in opened_sockets(project):
        for address in socket.addresses:
            found = QUERY_WITH_SECRET.search(address.query)
            text = socket.script.text
            is_ticket = found and TICKET.match(text, max(text.find(found[0]), 0))
            if found and not is_ticket and not address.is_foreign:
                yield SecretAddress(found[1], socket.location_of(found[0]))
