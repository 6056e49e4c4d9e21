"""An entry of `CSRF_TRUSTED_ORIGINS` matches no origin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..diffs import listed
from ..finding import Finding
from ..settings.deployed_settings import all_settings
from ..settings.item_location import item_location

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "Forbidden (Origin checking failed - https://example.com does not match any trusted"

NAME = "CSRF_TRUSTED_ORIGINS"
E001 = (
    "(4_0.E001) As of Django 4.0, the values in the CSRF_TRUSTED_ORIGINS setting must start with a"
    " scheme (usually http:// or https://)"
)
SCHEMES_SINCE = (4,)  # the Django whose origins have a scheme
ORIGIN = re.compile(r"(?:(?P<scheme>[A-Za-z][\w+.-]*)://)?(?P<host>[^/]*)(?P<path>.*)")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def check(project: Project) -> Iterator[Finding]:
    """Find a string instead of a list, and entries that no Origin header equals."""
    if (project.version("django") or SCHEMES_SINCE) < SCHEMES_SINCE or not project.uses_websockets:
        return
    for settings in all_settings(project):
        origins = settings[NAME]
        if isinstance(origins.value, str) and origins.value:
            message = f"`{NAME}` is a string, of which Django reads each character. Write a list."
            fix = listed(project, origins.location, origins.value)
            yield Finding(message, origins.location, fix, "error", symptom=E001)
        for index, entry in enumerate(origins.items):
            right = right_origin(entry) if isinstance(entry, str) else entry
            if right != entry:
                message = f'`{NAME}` has "{entry}", which no origin equals. Write "{right}".'
                location = item_location(project, origins, index) or origins.location
                is_refused = "://" not in entry
                yield Finding(
                    message,
                    location,
                    f'-"{entry}"\n+"{right}"',
                    "error" if is_refused else None,
                    symptom=E001 if is_refused else None,
                )


def right_origin(entry: str) -> str:
    """Return the origin that an entry means: a scheme, a host, and a port that is not usual."""
    found = ORIGIN.match(entry.strip())
    if not found:
        return entry
    given = (found["scheme"] or "https").lower()
    scheme = {"wss": "https", "ws": "http"}.get(given, given)
    host = found["host"]
    if host in {"*", "*.", ""}:
        host = "*.example.com"
    usual_port = DEFAULT_PORTS.get(scheme, "")
    is_usual = bool(usual_port) and host.endswith(usual_port)
    return f"{scheme}://{host[: -len(usual_port)] if is_usual else host}"
