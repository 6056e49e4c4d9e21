"""Make a folder in one step: everything is written beside its place first."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from channels_doctor.support.errors import ChanscaffoldError
from channels_doctor.support.signals import stop
from chanscaffold.destination import Target, check_free

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def workspace(parent: str) -> Iterator[str]:
    """Name a folder below `parent`, on the same file system as the target, and remove it whatever happens."""
    import secrets
    import shutil

    work = os.path.join(parent, f".chanscaffold-{secrets.token_hex(6)}")
    stop.begin(work)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        stop.work = None


@contextmanager
def nothing_written(target: Target, work: str) -> Iterator[None]:
    """Say in a sentence why the system did not let us write: an OSError becomes a ChanscaffoldError."""
    try:
        yield
    except OSError as error:
        reason = _reason(error, work)
        raise ChanscaffoldError(
            f"Cannot make {target.path}: {reason}. Nothing was written."
        ) from error


def _reason(error: OSError, work: str) -> str:
    """Return what the system said, and about which file unless that one is gone by now."""
    cause = (
        error.__cause__
        if error.strerror is None and isinstance(error.__cause__, OSError)
        else error
    )
    names = [str(name) for name in (cause.filename, cause.filename2) if name is not None]
    about = "" if not names or any(name.startswith(work) for name in names) else f" ({names[0]})"
    return f"{cause.strerror or cause}{about}"


def move(project: str, target: Target) -> None:
    """Put a finished folder into its place; from here on a signal does not undo anything.

    Raise Refused if something has come there, and OSError if it cannot be moved.
    """
    check_free(target)
    stop.in_place = True
    try:
        os.rename(project, target.path)
    except OSError:
        stop.in_place = False
        raise
