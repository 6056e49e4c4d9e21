"""The entry point of a console script: print every error as one sentence, without a traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from channels_doctor.support import signals
from channels_doctor.support.sanitize import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    import click


def run_command(load: Callable[[], click.Command]) -> None:
    """Handle signals, load the command, run it and exit with its code."""
    signals.install()
    try:
        load()()
    except Exception as error:
        _exit(f"Error: {type(error).__name__}: {error}")


def _exit(sentence: str) -> NoReturn:
    """Print a sentence if possible, and exit with the command's code for unexpected errors."""
    with contextlib.suppress(OSError):
        print(printable(sentence), file=sys.stderr, flush=True)
    # Python would try to write what is left in the buffer, and fail again.
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(signals.get_exit_code())
