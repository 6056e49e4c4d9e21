"""The pages that add a secret to the address of a WebSocket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..channels.query_secrets import CREDENTIAL
from ..finding import Location
from .pages import pages
from .script_text import without_comments

if TYPE_CHECKING:
    from ..project import Project

# A socket whose address has a secret, on one line of a script or a template.
URL_WITH_SECRET = re.compile(
    rf"""(?:new\s+\w*WebSocket\w*\s*\(|\bwss?://|['"`/]ws/)[^\n]{{0,300}}?[?&]({CREDENTIAL})=""",
    re.IGNORECASE,
)
MAX_LINE = 500  # characters of a line; longer lines are generated


class SecretAddress(NamedTuple):
    """A line that adds a secret with a name to an address."""

    name: str
    location: Location


def secret_addresses(project: Project) -> Iterator[SecretAddress]:
    """Yield the lines in scripts and templates, without comments."""
    for file, text in pages(project):
        for number, line in enumerate(without_comments(text).splitlines(), 1):
            found = URL_WITH_SECRET.search(line) if len(line) <= MAX_LINE and "=" in line else None
            if found:
                yield SecretAddress(found.group(1), Location(file.path, number))
