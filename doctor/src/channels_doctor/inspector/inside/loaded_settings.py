"""The settings as Django sees them, and what importing them loads."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Iterator

from .failure import Stopped
from .json_values import setting
from .settings_module import VARIABLE

if TYPE_CHECKING:
    from .request import Request

MOST = 1000  # settings


def read(request: Request) -> dict[str, object]:
    """Import the settings; return those that the project itself sets, and the project's files that this has loaded."""
    from django.conf import settings

    if not settings.configured and not os.environ.get(VARIABLE):
        raise Stopped(
            "no-settings", "manage.py names no settings module: give it with --settings MODULE."
        )
    before = set(sys.modules)
    names = sorted(
        name for name in dir(settings) if name.isupper() and settings.is_overridden(name)
    )
    values = {name: setting(name, getattr(settings, name, None)) for name in names[:MOST]}
    module = os.environ.get(VARIABLE) or ""
    return {
        "settings_module": module,
        "settings": values,
        "loaded": _loaded(before - {module}, request),
    }


def _loaded(before: set[str], request: Request) -> list[str]:
    return sorted(set(_files(before, request)))


def _files(before: set[str], request: Request) -> Iterator[str]:
    for name in [name for name in sys.modules if name not in before]:
        file = getattr(sys.modules.get(name), "__file__", None)
        path = request.relative(file) if isinstance(file, str) else None
        if path:
            yield path


def setup(_request: Request) -> dict[str, object]:
    """Let Django load the apps and their models."""
    import django

    django.setup()
    return {}
