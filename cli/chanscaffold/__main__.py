"""The command's way in: nothing above this shows a traceback."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn

from chanscaffold.printable import printable
from chanscaffold.stop import stop


def main() -> None:
    """Run the command line and exit with its code; an unforeseen error becomes one sentence."""
    stop.watch()
    try:
        from chanscaffold.cli import cli

        cli()
    except Exception as error:
        _fail(f"Error: {type(error).__name__}: {error}")


def _fail(sentence: str) -> NoReturn:
    """Leave with the code that the command has for it; what could not be written is not tried again."""
    with contextlib.suppress(OSError):
        print(printable(sentence), file=sys.stderr, flush=True)
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(stop.code)


if __name__ == "__main__":
    main()
