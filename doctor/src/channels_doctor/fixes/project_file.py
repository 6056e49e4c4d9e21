"""Read and replace files of the project, but none outside it."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from typing import ClassVar

from channels_doctor.support.errors import CommandError

MAX_FILE_BYTES = 1_000_000


class CannotChange(CommandError):
    """A file cannot be read or written."""

    exit_code: ClassVar[int] = 3


def read(root: str, path: str) -> bytes:
    """Return the contents of a file of the project. Raises CannotChange."""
    file_path = resolve(root, path)
    try:
        if os.path.getsize(file_path) > MAX_FILE_BYTES:
            raise CannotChange(f"{path} is larger than {MAX_FILE_BYTES} bytes.")
        with open(file_path, "rb") as file:
            return file.read()
    except OSError as error:
        raise CannotChange(f"{path} cannot be read: {error.strerror}.") from None


def resolve(root: str, path: str) -> str:
    """Return the absolute path of a regular file inside the root, without links.

    Raises CannotChange for every other path.
    """
    if not path:
        raise CannotChange("the finding names no file.")
    real_root = os.path.realpath(root)
    file_path = os.path.realpath(os.path.join(real_root, path))
    if not file_path.startswith(os.path.join(real_root, "")):
        raise CannotChange(f"{path} is outside the project.")
    if not os.path.isfile(file_path):
        raise CannotChange(f"{path} is not a file.")
    return file_path


def replace(file_path: str, data: bytes) -> None:
    """Write a file completely or not at all; keep its owner and mode. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(file_path), prefix=".channels-doctor-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _copy_owner_and_mode(file_path, temporary)
        os.replace(temporary, file_path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _copy_owner_and_mode(source: str, target: str) -> None:
    status = os.stat(source)
    # Only root can give a file to another user.
    with suppress(OSError, AttributeError):
        os.chown(target, status.st_uid, status.st_gid)
    os.chmod(target, stat.S_IMODE(status.st_mode))
