"""The library that this command puts into projects, for the linter to compare others with."""

from __future__ import annotations

import os


def current_library() -> dict[str, str] | None:
    """Return the library's release and digest; None if the template is incomplete."""
    from channels_doctor.examine.packages.library import read_folder
    from channels_doctor.support.errors import Refused
    from chanscaffold.template import LIBRARY_SOURCE, load

    try:
        library = read_folder(os.path.join(load().path, LIBRARY_SOURCE))
    except Refused:
        return None
    return {"release": library.release, "digest": library.digest} if library else None
