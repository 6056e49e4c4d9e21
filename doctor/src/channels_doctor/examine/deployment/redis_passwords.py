"""The password that the Redis of a compose file requires."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .compose import Service

OPTION = re.compile(r"""\brequirepass["',\s=]+([^\s"',\]]+)""")
MAY_BE_EMPTY = re.compile(r"\$\{\w+:?-\}$")
VARIABLE = re.compile(r"\$?\$\{?(\w+)")
BITNAMI = re.compile(r"\bbitnami(legacy)?/")
NAME = "REDIS_PASSWORD"


def required_password(service: Service) -> str:
    """Return the variable with the password, `…` for any other text, "" where there is none."""
    found = OPTION.search(service.values.get("command", ""))
    given = found[1] if found and not MAY_BE_EMPTY.match(found[1]) else ""
    if BITNAMI.search(service.values.get("image", "")) and NAME in service.environment:
        given = service.environment[NAME][0]
    variable = VARIABLE.match(given)
    return f"${{{variable[1]}}}" if variable else "…" if given else ""
