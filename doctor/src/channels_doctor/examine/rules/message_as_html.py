"""A page inserts messages of other users as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..browser.html_inserts import html_inserts
from ..browser.reached_consumers import reached_consumer
from ..browser.socket_scripts import SocketScript
from ..browser.sockets import opened_sockets
from ..diffs import line_diff
from ..finding import Finding
from ..message_values.relayed_keys import relayed_keys
from ..readme_status import is_demo_or_deprecated

if TYPE_CHECKING:
    from ..browser.html_inserts import Insert
    from ..finding import Location
    from ..project import Project
    from ..python.definitions import Definition

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "A message such as `<img src=x onerror=alert(1)>` runs its code in every browser."

AS_TEXT = {"innerHTML": (".innerHTML", ".textContent"), "html": (".html(", ".text(")}
# A policy may forbid the scripts that HTML brings along.
POLICIES = ("CONTENT_SECURITY_POLICY", "SECURE_CSP", "CSP_SCRIPT_SRC", "CSP_DEFAULT_SRC")
FIX = "Create the element with `document.createElement()`, and set its `textContent` to the value."


def check(project: Project) -> Iterator[Finding]:
    """Find the values of a message that another client has sent, in the HTML of each script."""
    found: dict[Location, Finding] = {}
    has_policy = any(project.settings[each].is_set for each in POLICIES)
    is_ignored = has_policy or is_demo_or_deprecated(project)
    for socket in opened_sockets(project) if not is_ignored else ():
        script = SocketScript(socket)
        is_source = script.name and not script.is_compiled
        consumer = reached_consumer(project, socket) if is_source else None
        if consumer:
            for place, keys in _places(project, script, consumer).items():
                found.setdefault(place, _finding(project, place, keys, consumer))
    yield from found.values()


def _places(
    project: Project, script: SocketScript, consumer: Definition
) -> dict[Location, list[Insert]]:
    """Return the places where the script inserts what the consumer relays as it came."""
    relayed = relayed_keys(project, consumer)
    found: dict[Location, list[Insert]] = {}
    for handler in script.handlers() if relayed else ():
        for each in html_inserts(script.text, handler.start, handler.body, handler.data):
            if each.key in relayed:
                found.setdefault(script.location(each.start), []).append(each)
    return found


def _finding(
    project: Project, place: Location, inserts: list[Insert], consumer: Definition
) -> Finding:
    keys = ", ".join(dict.fromkeys(f"`{each.key}`" for each in inserts))
    message = (
        f"The page inserts {keys} as HTML, and `{consumer.name}` relays it unchanged from another"
        " client. Insert it as text."
    )
    first = inserts[0]
    change = AS_TEXT.get(first.sink) if first.is_whole else None
    fix = line_diff(project, place, *change) if change else FIX
    return Finding(message, place, fix, cause=(place.path, consumer.full_name))
