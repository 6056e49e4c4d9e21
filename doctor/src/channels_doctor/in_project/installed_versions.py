"""The versions of installed distributions."""

from __future__ import annotations

from importlib import metadata


def installed_version(name: str) -> str:
    """Return the version of a distribution; "" when it or its metadata is missing."""
    try:
        return metadata.version(name) or ""
    except Exception:  # broken metadata raises many kinds of errors
        return ""
