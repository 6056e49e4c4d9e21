"""Keep secrets in the process."""

from __future__ import annotations

import os
import re

HIDDEN = "<hidden>"
_NAME = re.compile(
    r"SECRET|PASS(?!ENGER|IVE)|_PWD|TOKEN|KEY|CREDENTIAL|DSN|SALT|PRIVATE|SIGNATURE", re.IGNORECASE
)
_URL_PASSWORD = re.compile(r"(://[^\s:/?#@]*:)\S*@")
_URL_USER = re.compile(r"(://)[^\s:/?#@]+@")
_PAIR = re.compile(r"((?:secret|passw|pwd|token|key)[\w-]{0,50}\s*=\s*)[^\s&;,]+", re.IGNORECASE)
_LONGEST = 10_000  # of a text; what follows is cut off, because to look through it may take minutes
_SHORTEST = 8  # a shorter secret stands in too many innocent words


def is_secret(name: str) -> bool:
    """Return whether a name promises a secret value."""
    return _NAME.search(name) is not None


def hide_in(text: str) -> str:
    """Return a text without the passwords of URLs and of `name=value`, and without the environment's secrets."""
    text = text[:_LONGEST]
    for name, value in os.environ.items():
        if is_secret(name) and len(value) >= _SHORTEST:
            text = text.replace(value, HIDDEN)
    text = _URL_PASSWORD.sub(r"\1***@", text)
    return _PAIR.sub(r"\1***", _URL_USER.sub(r"\1***@", text))
