"""The command's way in: nothing above this shows a traceback."""

from __future__ import annotations

import sys

from chanscaffold.stop import stop


def main() -> None:
    """Run the command line and exit with its code; an unforeseen error becomes one sentence and exit code 1."""
    stop.watch()
    try:
        from chanscaffold.cli import cli

        cli()
    except Exception as error:
        sys.exit(f"Error: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
