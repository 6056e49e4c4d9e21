"""The address of a socket at the page's own host, with the scheme of the page's protocol."""

from __future__ import annotations

import re

CHOICE = '(location.protocol === "https:" ? "wss://" : "ws://")'
IN_TEMPLATE = '${location.protocol === "https:" ? "wss:" : "ws:"}//'
IN_DJANGO = "{% if request.is_secure %}wss{% else %}ws{% endif %}://"
LOCAL = r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::\d+)?"
STRING = re.compile(r"""(["'])wss?://(LOCAL)?(.*?)\1""".replace("LOCAL", LOCAL))
TEMPLATE = re.compile(rf"`wss?://({LOCAL})?")


def at_own_host(line: str) -> str:
    """Return a line whose address has the page's scheme, and its host for a local one."""
    return TEMPLATE.sub(_template, STRING.sub(_string, line, count=1), count=1)


def _string(match: re.Match[str]) -> str:
    quote, host, rest = match.groups()
    if rest.startswith("{{"):
        return f"{quote}{IN_DJANGO}{rest}{quote}"
    if rest and not host:  # another host, which has its own certificate
        return f"{quote}wss://{rest}{quote}"
    own = "location.host" if host else ""
    path = f"{quote}{rest}{quote}" if rest else ""
    return " + ".join(filter(None, [CHOICE, own, path]))


def _template(match: re.Match[str]) -> str:
    return f"`{IN_TEMPLATE}{'${location.host}' if match[1] else ''}"
