"""`daphne` is listed after `django.contrib.staticfiles`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from ..diffs import changed_line, file_line
from ..finding import Finding
from ..settings.item_location import item_location

if TYPE_CHECKING:
    from ..project import Project
    from ..settings.project_settings import Setting

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "(daphne.E001) Daphne must be listed before django.contrib.staticfiles in INSTALLED_APPS."

# INSTALLED_APPS += ["daphne"], INSTALLED_APPS = INSTALLED_APPS + ["daphne"], .append("daphne")
ADDED = re.compile(
    r"""(\w+)(?: \+= |\.append\(| = \1 \+ |\.extend\()[\[(]?["']daphne["'],?[\])]*$"""
)
WHOLE_LIST = re.compile(r"\w+(\s*:[^=]+)?\s*=\s*[\[(]$")  # no `+=`, and no other list before it
STATIC = "django.contrib.staticfiles"
FIRST_WITH_CHECK = (4,)  # the first Daphne that has a `runserver`, and a check of the order


def check(project: Project) -> Iterator[Finding]:
    """Find `daphne` after staticfiles in a list that names both."""
    if (project.version("daphne") or FIRST_WITH_CHECK) < FIRST_WITH_CHECK:
        return
    apps = project.settings["INSTALLED_APPS"]
    names = apps.items
    if "daphne" in names and STATIC in names and names.index("daphne") > names.index(STATIC):
        message = (
            f"`daphne` follows `{STATIC}` in `INSTALLED_APPS`, so Django refuses to start."
            " Move it to the front."
        )
        location = item_location(project, apps, "daphne")
        yield Finding(message, location, _fix(project, apps), depth=apps.depth)


def _fix(project: Project, apps: Setting) -> str:
    """Return the move of the entry to the front of its list."""
    location = item_location(project, apps, "daphne")
    line = file_line(project, location)
    first = file_line(project, apps.location)
    if ADDED.search(line):
        return changed_line(line, ADDED.sub(r'\1 = ["daphne", *\1]', line))
    if WHOLE_LIST.match(first) and line.startswith(("'daphne'", '"daphne"')):
        return f" {first}\n+    {line}\n     …\n-    {line}"
    return 'INSTALLED_APPS = ["daphne", …]'
