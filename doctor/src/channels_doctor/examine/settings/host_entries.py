"""What the entries of `ALLOWED_HOSTS` mean."""

from __future__ import annotations

import re

SCHEME = re.compile(r"^[A-Za-z][\w+.-]*://")
NEXT = re.compile(r",|(?<=[\w./])(?=https?://)")  # a comma, or none between two strings
NETWORK = re.compile(r"^[\d.:a-f]+/\d{1,3}$")
PORT = re.compile(r"^[^:\[\]]+:\d+$|\]:\d+$")


def is_served(host: str, others: set[str]) -> bool:
    """Return whether other entries have a host, or a domain above it as `.example.com`."""
    return host in others or any(
        each.startswith(".") and f".{host}".endswith(each) for each in others
    )


def other_form(host: str) -> str:
    """Return a host name with `www.`, or without it: a site often redirects one to the other."""
    return host[len("www.") :] if host.startswith("www.") else f"www.{host}"


def right_hosts(entry: str) -> list[str]:
    """Return the entries that an entry means; itself when it is right."""
    parts = [each for each in NEXT.split(entry) if each.strip()]
    if len(parts) > 1 or "," in entry:
        return list(dict.fromkeys(host for part in parts for host in right_hosts(part)))
    host = SCHEME.sub("", entry.strip()).partition("/")[0]
    host = host.rpartition(":")[0] if PORT.search(host) else host
    return ["." + host[2:]] if host.startswith("*.") else [host]
