"""Texts of scripts and templates, with marks for what only the browser or the server knows."""

from __future__ import annotations

import re

# What a text has for a value that only the browser knows: the page's own host, a value without a
# slash, and any other value.
HOST, SEGMENT, ANY = "\ue000", "\ue001", "\ue002"
HOSTNAME = "\ue003"  # the page's own host without its port
PLACEHOLDER = re.compile(r"\{\{(?:(?!\}\}|\{\{).)*\}\}|\{%(?:(?!%\}|\{%).)*%\}", re.DOTALL)
TEMPLATE_HOST = re.compile(r"request\.(get_host|META\.HTTP_HOST)|\bhost\b")
# A value of such a name may have slashes, or be a query.
PATH_NAME = re.compile(
    r"(path|url|uri|href|route|endpoint|address|prefix|suffix|base|quer|search|param|origin|socket"
    r"|server|host|args?$|qs$)",
    re.IGNORECASE,
)


def template_text(text: str) -> str:
    """Return a text with marks for the tags of Django's templates."""
    return PLACEHOLDER.sub(lambda match: _placeholder(match[0]), text)


def _placeholder(text: str) -> str:
    if TEMPLATE_HOST.search(text):
        return HOST
    if text.startswith("{%"):
        return f"/{ANY}" if re.match(r"\{%-?\s*(url|static)\b", text) else ANY
    return ANY if may_have_slash(text.strip("{} ")) else SEGMENT


def may_have_slash(text: str) -> bool:
    """Return whether the value of an expression may have slashes, by its last name."""
    names = re.findall(r"[A-Za-z_$][\w$]*", text)
    return not names or bool(PATH_NAME.search(names[-1]))
