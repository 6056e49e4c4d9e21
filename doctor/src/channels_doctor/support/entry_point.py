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
    _open_streams()
    from click import Abort, ClickException

    try:
        code = load().main(standalone_mode=False)
    except ClickException as error:
        # The exit code counts also when the message cannot be written.
        with contextlib.suppress(OSError):
            error.show()
        _discard_output()
        sys.exit(error.exit_code)
    except Abort:
        _exit("Aborted!")
    except Exception as error:
        _exit(f"Error: {type(error).__name__}: {error}")
    _discard_output()
    sys.exit(code)


def _open_streams() -> None:
    """Replace standard streams that are closed, which Python has as None."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _exit(sentence: str) -> NoReturn:
    """Print a sentence if possible, and exit with the command's code for unexpected errors."""
    with contextlib.suppress(OSError):
        print(printable(sentence), file=sys.stderr, flush=True)
    _discard_output()
    sys.exit(signals.get_exit_code())


def _discard_output() -> None:
    """Let Python end without an error for output that it could not write."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
