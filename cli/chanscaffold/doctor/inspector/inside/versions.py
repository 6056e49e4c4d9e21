"""The installed versions."""

from __future__ import annotations

import importlib.util
import platform
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Iterator

from .failure import Stopped

if TYPE_CHECKING:
    from .request import Request

DISTRIBUTIONS = [
    *["django", "channels", "channels-redis", "channels-valkey", "redis", "asgiref"],
    *["daphne", "twisted", "autobahn", "uvicorn", "hypercorn", "granian", "gunicorn"],
    *["whitenoise", "celery", "psycopg", "psycopg2", "psycopg2-binary", "pytest-django", "pytest-asyncio"],
]


def read(_request: Request) -> dict[str, object]:
    """Return the Python's version, and those of the distributions that matter; Stopped if Django is not one of them."""
    if importlib.util.find_spec("django") is None:
        raise Stopped(
            "no-django",
            f"Django is not installed in {sys.executable}: give the project's own Python with --python FILE.",
        )
    return {"python": platform.python_version(), "interpreter": sys.executable, "versions": dict(_installed())}


def _installed() -> Iterator[tuple[str, str]]:
    for name in DISTRIBUTIONS:
        try:
            version = metadata.version(name)
        except Exception:  # it is not there, or what describes it is broken
            version = ""
        if version:
            yield name, version
