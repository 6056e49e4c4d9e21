"""Write the proposed changes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from channels_doctor.fixes.project_file import CannotChange, read, replace, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from channels_doctor.fixes.propose import Change

WRITE_BITS = 0o222


def write(root: str, changes: Iterable[Change]) -> None:
    """Write each change completely or not at all.

    Raises CannotChange before it writes anything if one of the files has changed since the
    examination or is read-only.
    """
    changes = list(changes)
    paths = [_writable_path(root, change) for change in changes]
    for number, (file_path, change) in enumerate(zip(paths, changes, strict=True)):
        try:
            replace(file_path, change.after)
        except OSError as error:
            written = ", ".join(each.path for each in changes[:number]) or "no file"
            raise CannotChange(
                f"{change.path} cannot be written: {error.strerror}; already written: {written}."
            ) from None


def _writable_path(root: str, change: Change) -> str:
    file_path = resolve(root, change.path)
    if read(root, change.path) != change.before:
        raise CannotChange(f"{change.path} has changed since the examination; nothing was written.")
    # The root user can write a read-only file, but the mode says that it should not be changed.
    if not os.access(file_path, os.W_OK) or not os.stat(file_path).st_mode & WRITE_BITS:
        raise CannotChange(f"{change.path} is read-only; nothing was written.")
    return file_path
