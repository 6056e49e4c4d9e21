"""The entry point of the command `chanscaffold`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels_doctor.support.entry_point import run_command

if TYPE_CHECKING:
    import click


def main() -> None:
    """Run the command line and exit with its code."""
    run_command(_load)


def _load() -> click.Command:
    from chanscaffold.cli import cli

    return cli


if __name__ == "__main__":
    main()
