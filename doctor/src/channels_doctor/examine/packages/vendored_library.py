"""The library that a project carries, beside the one of its base and the one that this command knows."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from ..channels.known_names import PACKAGE
from .base_archive import BASE, Unreadable, read_base
from .library import Library, read_folder


class Known(NamedTuple):
    """The release and the digest of the library that whoever started the examination knows."""

    release: str
    digest: str


class Vendored:
    """The library in a project's folder (`own`), in its base, and the one that is known; each None where there is none.

    `unreadable` says why there is no base although its file is there.
    """

    def __init__(self, root: str | None, known: Any = None) -> None:
        self.own: Library | None = read_folder(os.path.join(root, PACKAGE)) if root else None
        self.known = _known(known)
        self.base: Library | None = None
        self.unreadable = ""
        if root and self.own:
            try:
                self.base = read_base(os.path.join(root, BASE))
            except Unreadable as error:
                self.unreadable = str(error)

    @property
    def origin(self) -> Library | None:
        """Return the library as the project got it: that of the base, else what the folder has."""
        return self.base or self.own


def _known(given: Any) -> Known | None:
    """Return what the request says of the library, None unless both its texts are there."""
    release, digest = (
        given.get(name) if isinstance(given, dict) else None for name in Known._fields
    )
    return Known(release, digest) if isinstance(release, str) and isinstance(digest, str) else None
