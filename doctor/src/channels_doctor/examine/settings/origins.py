"""The origins that the entries of `CSRF_TRUSTED_ORIGINS` mean."""

from __future__ import annotations

import re
from typing import Any

ORIGIN = re.compile(r"(?:(?P<scheme>[A-Za-z][\w+.-]*)://)?(?P<host>[^/]*)(?P<path>.*)")
PORT = re.compile(r"/(:\d+)/?$")  # of http://localhost/:3000
# What runserver serves, and what a server on the usual port of one's own machine does.
OWN = re.compile(r"http://(localhost|127\.0\.0\.1)(:8000)?$")
# Storages of files, whose pages send no forms.
STORAGE = re.compile(r"\b(s3[.-][^/]*\.amazonaws\.com|storage\.googleapis\.com)$")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def right_origin(entry: str) -> str:
    """Return the origin that an entry means: a scheme, a host, and a port that is not usual."""
    found = ORIGIN.match(entry.strip())
    if not found:
        return entry
    given = (found["scheme"] or "https").lower()
    scheme = {"wss": "https", "ws": "http"}.get(given, given)
    port = PORT.match(found["path"])
    host = found["host"] + (port[1] if port else "")
    if host in {"*", "*.", ""}:
        host = "*.example.com"
    host = f"*{host}" if host.startswith(".") else host
    usual = DEFAULT_PORTS.get(scheme, "")
    return f"{scheme}://{host[: -len(usual)] if usual and host.endswith(usual) else host}"


def is_accepted(entry: str, right: str, entries: list[Any]) -> bool:
    """Return whether Django reads an entry as the right one, or nothing needs that one.

    Of an entry with a wildcard, Django reads the scheme and the host alone.
    """
    if "://" not in entry:
        return False
    others = [each for each in entries if isinstance(each, str) and each != entry]
    return (
        right in others
        or bool(STORAGE.search(right))
        or any(
            right_origin(each) == each and _scheme_and_host(right)[1] == _scheme_and_host(each)[1]
            for each in others
        )
        or ("*" in entry and _scheme_and_host(entry) == _scheme_and_host(right))
        or any(_is_below(right, each) for each in others if "://*." in each)
    )


def is_internal(origin: str) -> bool:
    """Return whether a host is a name without a domain, as of a service of compose."""
    host = _scheme_and_host(origin)[1].partition(":")[0]
    return "." not in host and host not in {"localhost", ""}


def is_own_address(origin: str) -> bool:
    """Return whether an origin is the development server's own, which needs no entry."""
    return bool(OWN.match(origin))


def is_of_site(origin: str, hosts: list[Any]) -> bool:
    """Return whether Django may serve the host of an origin."""
    host = _scheme_and_host(origin)[1].partition(":")[0]
    return any(each == "*" or host.endswith(str(each).lstrip(".")) for each in hosts)


def _is_below(origin: str, wildcard: str) -> bool:
    """Return whether an origin is a subdomain of an entry such as `https://*.example.com`."""
    (scheme, host), (other, domain) = _scheme_and_host(origin), _scheme_and_host(wildcard)
    return scheme == other and host.endswith(domain.lstrip("*"))


def _scheme_and_host(origin: str) -> tuple[str, str]:
    scheme, _, rest = origin.partition("://")
    return scheme.lower(), rest.partition("/")[0]
