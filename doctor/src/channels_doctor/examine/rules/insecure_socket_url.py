"""A page opens its socket with `ws://` under HTTPS too."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Iterator

from ..browser.pages import pages
from ..finding import Finding, Location

if TYPE_CHECKING:
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
COMMENT = re.compile(r"^\s*(//|\*|/\*|<!--|\{#|#)")

MAX_FINDINGS = 100  # in one file
FIX = """\
-"ws://" + location.host
+(location.protocol === "https:" ? "wss://" : "ws://") + location.host"""


def check(project: Project) -> Iterator[Finding]:
    """Find fixed ws:// addresses in files that never look at the page's protocol."""
    for file, text in pages(project):
        if "ws://" in text and not PROTOCOL_CHOICE.search(text):
            for start in islice(_starts(text), MAX_FINDINGS):
                message = (
                    "The socket's address always starts with `ws://`, which browsers refuse on an"
                    " HTTPS page. Choose the scheme by the page's protocol."
                )
                yield Finding(message, Location(file.path, text.count("\n", 0, start) + 1), FIX)


def _starts(text: str) -> Iterator[int]:
    found = [match.start() for match in OWN_HOST.finditer(text)]
    found += [
        match.start() for match in OTHER_HOST.finditer(text) if not LOCAL_HOST.search(match[1])
    ]
    yield from (start for start in sorted(found) if not _is_comment(text, start))


def _is_comment(text: str, start: int) -> bool:
    return bool(COMMENT.match(text[text.rfind("\n", 0, start) + 1 : start + 1]))
