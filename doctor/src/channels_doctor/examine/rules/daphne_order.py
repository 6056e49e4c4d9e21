"""`daphne` is listed after `django.contrib.staticfiles`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..settings.item_location import item_location

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "(daphne.E001) Daphne must be listed before django.contrib.staticfiles in INSTALLED_APPS."

STATIC = "django.contrib.staticfiles"


def check(project: Project) -> Iterator[Finding]:
    """Find `daphne` after staticfiles in a list that names both."""
    apps = project.settings["INSTALLED_APPS"]
    names = apps.items
    if "daphne" in names and STATIC in names and names.index("daphne") > names.index(STATIC):
        message = (
            f"`daphne` follows `{STATIC}` in `INSTALLED_APPS`, so Django refuses to start."
            " Move it to the front."
        )
        yield Finding(
            message,
            item_location(project, apps, "daphne"),
            ' INSTALLED_APPS = [\n+    "daphne",\n     …\n-    "daphne",',
            depth=apps.depth,
        )
