"""The server trusts addresses that clients send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..deployment.matching_files import OTHER_FILES, matching_files
from ..deployment.yaml_lines import yaml_entries
from ..finding import Finding

if TYPE_CHECKING:
    from ..deployment.commands import Command
    from ..project import Project

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = (
    "A client sends X-Forwarded-For with an address of its choice, and logs and rate limits use"
    " that address."
)

PROXIES = re.compile(
    rb"nginx|caddy|traefik|haproxy|envoy|apache|httpd|cloudflare|ingress|proxy_pass", re.IGNORECASE
)
LOOPBACK = re.compile(r"127\.|localhost|\[?::1|unix")
ALL_ADDRESSES = {"*", "0.0.0.0", "0.0.0.0/0", "::", "[::]"}  # noqa: S104 (a value to search for)


def check(project: Project) -> Iterator[Finding]:
    """Find a server with a published port that trusts forwarded addresses from every client."""
    servers = [each for each in project.commands if each.is_asgi and not each.is_development]
    trusting = [each for each in servers if _trusting_option(each) and _is_published(project, each)]
    if trusting and not _has_proxy(project):
        command, option = trusting[0], _trusting_option(trusting[0])
        message = (
            f"{command.program} trusts X-Forwarded-For from every client ({option}), and the"
            " project has no proxy. Remove the option, or add a proxy."
        )
        yield Finding(
            message, command.location, f"-{command.program} … {option}\n+{command.program} …"
        )


def _trusting_option(command: Command) -> str:
    """Return the option by which a server trusts every client, "" for none."""
    if command.program == "daphne":
        return "--proxy-headers" if "--proxy-headers" in command.arguments else ""
    trusted = command.option("--forwarded-allow-ips")
    return f"--forwarded-allow-ips={trusted}" if trusted == "*" else ""


def _is_published(project: Project, command: Command) -> bool:
    """Return whether a compose service publishes the port, or a unit binds every address."""
    host = command.option("-b", "--bind", "--host") or ""
    if command.location.path.endswith((".yml", ".yaml")):
        text = next(
            file.text() for file in project.deployment_files if file.path == command.location.path
        )
        ports = [
            each.value
            for each in yaml_entries(text)
            if each.path[-2:] == (command.service, "ports") and each.value
        ]
        return any(not LOOPBACK.match(port) for port in ports)
    return (
        command.location.path.endswith((".service", ".conf", ".ini"))
        and host.split(":")[0] in ALL_ADDRESSES
    )


def _has_proxy(project: Project) -> bool:
    named = any(
        PROXIES.search(file.path.encode())
        for file in project.deployment_files
        if not file.path.endswith(OTHER_FILES)
    )
    return named or any(matching_files(project, PROXIES))
