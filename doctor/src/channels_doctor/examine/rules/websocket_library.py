"""uvicorn has no WebSocket library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..deployment.servers import Server, servers
from ..diffs import line_diff
from ..finding import Finding
from ..packages.installs import Installed, installed_packages
from ..packages.requirements import is_older
from ..packages.websocket_libraries import is_library
from ..python.importable import importable_module

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = (
    "No supported WebSocket library detected. Please use \"pip install 'uvicorn[standard]'\", or"
    " install 'websockets' or 'wsproto' manually."
)

WITHOUT_LIBRARY_SINCE = (0, 12)  # earlier releases require websockets themselves
OFF = "none"
UNSUPPORTED = "WARNING:  Unsupported upgrade request."


def check(project: Project) -> Iterator[Finding]:
    """Find uvicorn with `--ws none`, and requirements of it without a WebSocket library."""
    used = [
        each
        for each in servers(project)
        if _is_uvicorn(each) and importable_module(project, each.module)
    ]
    if not used or not project.uses_websockets:
        return
    for server in used:
        if server.command.option("--ws") == OFF:
            message = "`--ws none` switches WebSockets off. Remove the option."
            fix = line_diff(project, server.command.location, " --ws none", "")
            yield Finding(message, server.command.location, fix, symptom=UNSUPPORTED)
    packages = installed_packages(project)
    uvicorn = [each for each in packages if each.name == "uvicorn"]
    is_needed = not is_older(project, "uvicorn", WITHOUT_LIBRARY_SINCE)
    has_other = any(each.interface == "asgi" and each not in used for each in servers(project))
    if uvicorn and is_needed and not has_other and not any(map(is_library, packages)):
        yield _without_library(project, uvicorn[0])


def _is_uvicorn(server: Server) -> bool:
    return server.command.program == "uvicorn" or "uvicorn" in server.worker.lower()


def _without_library(project: Project, uvicorn: Installed) -> Finding:
    message = (
        "The requirements install uvicorn without a WebSocket library, so it answers every"
        " handshake as an ordinary request. Require `uvicorn[standard]`."
    )
    fix = line_diff(project, uvicorn.location, "uvicorn", "uvicorn[standard]")
    return Finding(message, uvicorn.location, fix)
