"""The installed version of a distribution."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def version_of(name: str) -> str:
    """Return the version, or "" when it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
