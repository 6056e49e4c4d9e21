"""The library that a project carries, and the copies that it is compared with."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from ..channels.api import PACKAGE
from .base_archive import BASE, UnreadableBase, read_base
from .library import Library, read_folder


class CurrentLibrary(NamedTuple):
    """The release and the digest of the library that this linter was released with.

    `changed_files` is the number of files that an update would change in the project.
    """

    release: str
    digest: str
    changed_files: int


class VendoredLibrary:
    """The copies of the library, each None when there is none.

    `own` is the copy in the project, `base` the one in the project's base, and `current` the one
    that this linter was released with. `base_error` says why an existing base cannot be read.
    """

    def __init__(self, root: str | None, current: Any = None) -> None:
        self.own: Library | None = read_folder(os.path.join(root, PACKAGE)) if root else None
        self.current = _current_library(current)
        self.base: Library | None = None
        self.base_error = ""
        if root and self.own:
            try:
                self.base = read_base(os.path.join(root, BASE))
            except UnreadableBase as error:
                self.base_error = str(error)

    @property
    def generated(self) -> Library | None:
        """Return the library that the project was generated with, as far as that is known."""
        return self.base or self.own


def _current_library(given: Any) -> CurrentLibrary | None:
    """Return the library in a request, None unless both texts are there."""
    if not isinstance(given, dict):
        return None
    release, digest = given.get("release"), given.get("digest")
    if not isinstance(release, str) or not isinstance(digest, str):
        return None
    changed = given.get("changed_files")
    return CurrentLibrary(release, digest, changed if isinstance(changed, int) else 0)
