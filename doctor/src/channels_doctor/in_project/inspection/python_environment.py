"""The stage that reads the versions of Python and of the installed packages."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from ..installed_versions import installed_version

if TYPE_CHECKING:
    from .inspected_project import InspectedProject

DISTRIBUTIONS = [
    *["django", "channels", "channels-redis", "channels-valkey", "redis", "asgiref"],
    *["daphne", "twisted", "autobahn", "uvicorn", "hypercorn", "granian", "gunicorn"],
    *["whitenoise", "celery", "psycopg", "psycopg2", "psycopg2-binary"],
    *["pytest-django", "pytest-asyncio"],
]


def read(_project: InspectedProject) -> dict[str, object]:
    """Return the version and path of Python, and the versions of the installed distributions."""
    versions = {name: installed_version(name) for name in DISTRIBUTIONS}
    return {
        "python": platform.python_version(),
        "interpreter": sys.executable,
        "versions": {name: version for name, version in versions.items() if version},
    }
