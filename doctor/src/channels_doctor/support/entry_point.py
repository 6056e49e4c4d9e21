"""The entry point of a console script: every error becomes one sentence, without a traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from channels_doctor.support.sanitize import printable
from channels_doctor.support.signals import stop

if TYPE_CHECKING:
    from collections.abc import Callable

    import click


def run_command(load: Callable[[], click.Command]) -> None:
    """Handle signals, load the command, run it and exit with its code."""
    stop.watch()
    try:
        load()()
    except Exception as error:
        _fail(f"Error: {type(error).__name__}: {error}")


def _fail(sentence: str) -> NoReturn:
    """Exit with the code that the command has for errors; do not try to write again."""
    with contextlib.suppress(OSError):
        print(printable(sentence), file=sys.stderr, flush=True)
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(stop.code)
