"""What Apache's configuration files pass on to other servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..finding import Location
from .commands import is_development_file

if TYPE_CHECKING:
    from ..project import Project

FILES = re.compile(r"\.conf$|(^|/)(apache|httpd)[^/]*$|/sites-(available|enabled)/[^/]+$")
HOST = re.compile(r"^[ \t]*<VirtualHost\b", re.MULTILINE | re.IGNORECASE)
PASS = re.compile(
    r"""^\s*ProxyPass\s+"?(/[^\s"]*)"?\s+"?(https?://[^\s"]+|!)"?(.*)$""", re.IGNORECASE
)
NOT_PASSED = "!"
# What passes WebSockets on, here or in a file that is not in the project.
UPGRADES = re.compile(
    r"\bwss?:|\bupgrade=|wstunnel|^[ \t]*(RewriteRule|ProxyPassMatch|Use|Include\w*)\b.*$",
    re.MULTILINE | re.IGNORECASE,
)
COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)


class ProxyPass(NamedTuple):
    """A `ProxyPass` to an HTTP server: its path, the address or `!`, and its line."""

    path: str
    url: str
    location: Location

    @property
    def is_passed(self) -> bool:
        """Return whether Apache passes the path on: `!` excludes it."""
        return self.url != NOT_PASSED


def http_passes(project: Project) -> list[ProxyPass]:
    """Return what Apache passes on, none when it may pass WebSockets on."""
    texts = {
        each.path: COMMENT.sub("", each.text())
        for each in project.deployment_files
        if FILES.search(each.path) and not is_development_file(each.path)
    }
    hosts = {path: text for path, text in texts.items() if HOST.search(text)}
    if any(map(UPGRADES.search, hosts.values())):
        return []
    return [each for path, text in hosts.items() for each in _passes(path, text)]


def _passes(path: str, text: str) -> Iterator[ProxyPass]:
    for number, line in enumerate(text.splitlines(), 1):
        found = PASS.match(line)
        if found:
            yield ProxyPass(found[1], found[2], Location(path, number))
