"""The stages that import the settings and set Django up."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Iterator

from ..manage_py import VARIABLE
from .failure import InspectionError
from .json_values import setting_to_json

if TYPE_CHECKING:
    from .inspected_project import InspectedProject

MAX_SETTINGS = 1000


def read(project: InspectedProject) -> dict[str, object]:
    """Return the settings that the project sets, and its own files that importing them loads."""
    from django.conf import settings

    if not settings.configured and not os.environ.get(VARIABLE):
        raise InspectionError(
            "no-settings", "manage.py names no settings module: give it with --settings MODULE."
        )
    before = set(sys.modules)
    names = sorted(
        name for name in dir(settings) if name.isupper() and settings.is_overridden(name)
    )
    values = {
        name: setting_to_json(name, getattr(settings, name, None)) for name in names[:MAX_SETTINGS]
    }
    module = os.environ.get(VARIABLE) or ""
    return {
        "settings_module": module,
        "settings": values,
        "loaded": sorted(set(_own_files_loaded(before - {module}, project))),
    }


def _own_files_loaded(before: set[str], project: InspectedProject) -> Iterator[str]:
    for name in [name for name in sys.modules if name not in before]:
        file = getattr(sys.modules.get(name), "__file__", None)
        path = project.own_path(file) if isinstance(file, str) else None
        if path:
            yield path


def setup(_project: InspectedProject) -> dict[str, object]:
    """Load the apps and their models."""
    import django

    django.setup()
    return {}
