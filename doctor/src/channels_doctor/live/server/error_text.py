"""An error as one line of text, without the passwords that addresses carry."""

from __future__ import annotations

import re

LONGEST = 300
MOST = 10_000  # letters to look through


def told(error: BaseException) -> str:
    """Return `module.Type: message`, as the last line of a traceback has it."""
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ in ("builtins", "__main__")
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    text = " ".join(f"{name}: {error}".split())
    return re.sub(r"(://)\S*@", r"\1***@", text[:MOST])[:LONGEST]
