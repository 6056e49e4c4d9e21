"""A server believes the address that a client writes into a header, though no proxy stands in front of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.yaml_lines import entries
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = "A visitor sends X-Forwarded-For with an address of their choice, and the log and the rate limits believe it."

PROXIES = re.compile(
    rb"nginx|caddy|traefik|haproxy|envoy|apache|httpd|cloudflare|ingress|proxy_pass", re.IGNORECASE
)
SPOKEN_OF = (
    ".py",
    ".txt",
    ".in",
    ".toml",
    ".lock",
    ".md",
    ".rst",
    ".js",
    ".ts",
    ".css",
    ".html",
    ".ipynb",
    ".svg",
)
LOOPBACK = re.compile(r"127\.|localhost|\[?::1|unix")
EVERYWHERE = {"*", "0.0.0.0", "0.0.0.0/0", "::", "[::]"}  # noqa: S104 (it is looked for)


def check(project: Project) -> Iterator[Finding]:
    """Find a server of a compose file or a unit that believes such headers from anyone who reaches its port."""
    found = [
        each
        for each in project.commands
        if each.is_asgi and not each.is_development and _believes(each)
    ]
    open_to_all = [each for each in found if _is_published(project, each)]
    if open_to_all and not _has_proxy(project):
        command, option = open_to_all[0], _believes(open_to_all[0])
        message = (
            f"{command.program} takes X-Forwarded-For from anybody ({option}), its port is open and the project names "
            "no proxy: a visitor chooses the address under which they are seen."
        )
        yield Finding(
            message, command.place, f"-{command.program} … {option}\n+{command.program} …"
        )


def _believes(command: Command) -> str:
    """Return the option by which a server believes everyone, "" for none."""
    if command.program == "daphne":
        return "--proxy-headers" if "--proxy-headers" in command.arguments else ""
    trusted = command.option("--forwarded-allow-ips")
    return f"--forwarded-allow-ips={trusted}" if trusted == "*" else ""


def _is_published(project: Project, command: Command) -> bool:
    """Return whether others reach the port: published by the compose service, or bound to every address by a unit."""
    host = command.option("-b", "--bind", "--host") or ""
    if command.place.path.endswith((".yml", ".yaml")):
        text = next(file.text() for file in project.deployment if file.path == command.place.path)
        ports = [
            each.value
            for each in entries(text)
            if each.path[-2:] == (command.service, "ports") and each.value
        ]
        return any(not LOOPBACK.match(port) for port in ports)
    return (
        command.place.path.endswith((".service", ".conf", ".ini"))
        and host.split(":")[0] in EVERYWHERE
    )


def _has_proxy(project: Project) -> bool:
    files = [file for file in project.deployment if not file.path.endswith(SPOKEN_OF)]
    return any(
        PROXIES.search(file.path.encode()) or PROXIES.search(file.read() or b"") for file in files
    )
