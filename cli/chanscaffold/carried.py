"""The library that this command carries, as `doctor` compares the one of a project with it."""

from __future__ import annotations

import os

from chanscaffold.doctor.examine.library import read_folder
from chanscaffold.errors import Refused
from chanscaffold.template import LIBRARY_SOURCE, load


def carried_library() -> dict[str, str] | None:
    """Return the release and the digest of the library that a new project would get; None without a template."""
    try:
        library = read_folder(os.path.join(load().path, LIBRARY_SOURCE))
    except Refused:
        return None
    return {"release": library.release, "digest": library.digest} if library else None
