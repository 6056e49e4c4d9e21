"""The entry point of the command `channels-doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels_doctor.support.entry_point import run_command

if TYPE_CHECKING:
    import click


def main() -> None:
    """Run the command line and exit with its code."""
    run_command(_load)


def _load() -> click.Command:
    from channels_doctor.cli import doctor

    return doctor


if __name__ == "__main__":
    main()
