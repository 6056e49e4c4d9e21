"""Mask secrets in texts. The linter's own process uses this module, too."""

from __future__ import annotations

import os
import re

MASK = "***"
MAX_CHARACTERS = 100_000  # the rest is cut off, because searching it takes too long
MIN_SECRET_CHARACTERS = 8  # shorter values of the environment occur in ordinary words
SECRET_NAME = re.compile(
    r"SECRET|PASS(?!ENGER|IVE)|_PWD|TOKEN|KEY|CREDENTIAL|DSN|SALT|PRIVATE|SIGNATURE", re.IGNORECASE
)
# A variable of an f-string, and a place for `%` and format(), are no secret themselves.
PLACE = r"""(?:\{[\w.]+(?:[(\[](?:"[A-Z_]+"|'[A-Z_]+')[)\]])?\})"""
VARIABLES = rf"""\b[rR]?[fF]["']+\w+://{PLACE}?:?{PLACE}@(?!\S*@)"""
PLACES = r"://(?:%s|\{\d*\})?:?(?:%s|\{\d*\})@(?!\S*@)"
URL = re.compile(rf"(?P<kept>{VARIABLES}|{PLACES})|://\S+")
PAIR = re.compile(r"((?:secret|passw|pwd|token|key)[\w-]{0,50}\s*=\s*)[^\s&;,]+", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Return whether a name suggests that its value is a secret."""
    return SECRET_NAME.search(name) is not None


def mask_urls(text: str) -> str:
    """Return a text without the users and passwords of its URLs; those of variables stay."""
    return URL.sub(_mask_url, text)


def _mask_url(found: re.Match[str]) -> str:
    if found["kept"]:
        return found[0]
    # A password may contain any sign of a URL, so everything before the last "@" is masked.
    _, at, host = found[0].rpartition("@")
    return f"://{MASK}@{host}" if at else found[0]


def mask_secrets(text: str) -> str:
    """Return a text without URL credentials, `secret=value` and secrets of the environment."""
    text = text[:MAX_CHARACTERS]
    for name, value in os.environ.items():
        if is_secret(name) and len(value) >= MIN_SECRET_CHARACTERS:
            text = text.replace(value, MASK)
    return PAIR.sub(rf"\1{MASK}", mask_urls(text))
