"""Whether Django refuses synchronous queries in an event loop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..packages.django_release import django_release
from ..packages.requirements import is_older
from ..reachability.entry_points import deployment_texts

if TYPE_CHECKING:
    from ..project import Project

GUARDED_SINCE = (3,)  # the first Django that refuses queries in an event loop
UNSAFE = re.compile(r"^[^#\n]*DJANGO_ALLOW_ASYNC_UNSAFE", re.MULTILINE)


def is_guarded(project: Project) -> bool:
    """Return whether Django refuses queries in an event loop: no file allows them."""
    is_old = (django_release(project) or GUARDED_SINCE) < GUARDED_SINCE
    if is_old or is_older(project, "django", GUARDED_SINCE):
        return False
    modules = ("\n".join(each.lines) for each in project.production_modules)
    return not any(UNSAFE.search(each) for each in (*deployment_texts(project), *modules))
