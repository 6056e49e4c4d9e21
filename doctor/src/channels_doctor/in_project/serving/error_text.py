"""An error as one line of text without secrets."""

from __future__ import annotations

from ..masking import mask_secrets

MAX_CHARACTERS = 300


def error_text(error: BaseException) -> str:
    """Return `module.Type: message`, like the last line of a traceback."""
    kind = type(error)
    is_builtin = kind.__module__ in ("builtins", "__main__")
    name = kind.__qualname__ if is_builtin else f"{kind.__module__}.{kind.__qualname__}"
    return mask_secrets(" ".join(f"{name}: {error}".split()))[:MAX_CHARACTERS]
