"""Write a new folder in a staging folder, then move it to its destination in one step."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from channels_doctor.support import signals
from channels_doctor.support.errors import CommandError
from chanscaffold.destination import Destination, check_free

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def staging_folder(destination: Destination) -> Iterator[str]:
    """Make a folder beside the destination, on the same file system, and remove it in the end.

    Raise CommandError for an OSError inside the block, as long as the destination does not exist.
    """
    import secrets
    import shutil

    path = os.path.join(destination.parent, f".chanscaffold-{secrets.token_hex(6)}")
    with signals.remove_on_signal(path):
        try:
            os.mkdir(path, 0o700)
            yield path
        except OSError as error:
            raise _cannot_make(destination, error, path) from error
        finally:
            shutil.rmtree(path, ignore_errors=True)


def move(folder: str, destination: Destination) -> None:
    """Move a finished folder to its destination; from then on, a signal undoes nothing.

    Raise Refused if the destination exists, and OSError if the folder cannot be moved.
    """
    check_free(destination)
    with signals.commit():
        os.rename(folder, destination.path)


def _cannot_make(destination: Destination, error: OSError, staging: str) -> CommandError:
    """Return the error with the system's reason, and the file if it is not a staging file."""
    cause = error.__cause__
    if error.strerror is not None or not isinstance(cause, OSError):
        cause = error
    names = [str(name) for name in (cause.filename, cause.filename2) if name is not None]
    is_visible = bool(names) and not any(name.startswith(staging) for name in names)
    file = f" ({names[0]})" if is_visible else ""
    reason = f"{cause.strerror or cause}{file}"
    return CommandError(f"Cannot make {destination.path}: {reason}. Nothing was written.")
