"""The installed versions."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from .request import Request

DISTRIBUTIONS = [
    *["django", "channels", "channels-redis", "channels-valkey", "redis", "asgiref"],
    *["daphne", "twisted", "autobahn", "uvicorn", "hypercorn", "granian", "gunicorn"],
    *[
        "whitenoise",
        "celery",
        "psycopg",
        "psycopg2",
        "psycopg2-binary",
        "pytest-django",
        "pytest-asyncio",
    ],
]


def read(_request: Request) -> dict[str, object]:
    """Return the Python's version, and those of the distributions that matter."""
    return {
        "python": platform.python_version(),
        "interpreter": sys.executable,
        "versions": dict(_installed()),
    }


def _installed() -> Iterator[tuple[str, str]]:
    for name in DISTRIBUTIONS:
        try:
            version = metadata.version(name)
        except Exception:  # it is not there, or what describes it is broken
            version = ""
        if version:
            yield name, version
