"""The command of the ASGI server that a deployment should start in place of another one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..asgi.early_imports import early_imports
from ..packages.installs import installed_packages
from ..packages.websocket_libraries import is_library

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .commands import Command

EVERY_HOST = "0.0.0.0"  # noqa: S104
# The files of platforms that give the port in the variable PORT, which gunicorn reads.
PLATFORM = re.compile(
    r"(^|/)(Procfile[^/]*|(railway|nixpacks|render)\.(json|toml|ya?ml)|app\.json)$"
)
BOUND = re.compile(r"^([\w.-]*):(\d+|\$\{?\w+(?::-\d+)?\}?)$")


class Address(NamedTuple):
    """Where a server listens: at a host and a port, or at a socket, "" without one."""

    host: str
    port: str
    socket: str = ""

    def options(self, host: str, port: str, socket: str) -> str:
        """Return the address with the names that a server has for its options."""
        return (
            f"{socket} {self.socket}" if self.socket else f"{host} {self.host} {port} {self.port}"
        )


def address_of(command: Command) -> Address:
    """Return the address of a WSGI server, else that of its platform, or gunicorn's own port."""
    bound = command.option("-b", "--bind", "--http", "--http-socket", "-s", "--socket") or ""
    if bound.startswith("unix:") or bound.endswith(".sock"):
        return Address("", "", bound.replace("unix:", "", 1))
    found = BOUND.match(bound)
    if found:
        return Address(found[1] or EVERY_HOST, found[2])
    is_given = PLATFORM.search(command.location.path) or "$PORT" in " ".join(command.words)
    return Address(EVERY_HOST, "$PORT" if is_given else "8000")


def start_command(project: Project, application: str, address: Address) -> tuple[str, str]:
    """Return what the requirements lack, "" for nothing, and a command that starts a server.

    It is the server that the project installs.
    """
    packages = installed_packages(project)
    names = {each.name for each in packages}
    if "uvicorn" in names and "daphne" not in names:
        lacks = "" if any(map(is_library, packages)) else "uvicorn[standard]"
        return lacks, f"uvicorn {application} {address.options('--host', '--port', '--uds')}"
    has_daphne = any(each.brings("daphne") for each in packages)
    lacks = "daphne" if packages and not has_daphne else ""
    return lacks, f"daphne {address.options('-b', '-p', '-u')} {application}"


def needed_move(project: Project, module: Module) -> str:
    """Return what has to be changed in an ASGI module before a server starts it, "" for nothing."""
    if not any(early_imports(project, module)):
        return ""
    return f"move the imports of routes in {module.path} below get_asgi_application()"


def after_steps(steps: list[str], command: str) -> str:
    """Return a command with what has to be done before it, as a sentence."""
    text = ", and ".join(filter(None, steps))
    return f"{text[0].upper()}{text[1:]}: {command}" if text else command
