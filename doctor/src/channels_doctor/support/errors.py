"""Errors that end a command with one sentence and an exit code."""

from __future__ import annotations

from typing import ClassVar

import click


class CommandError(click.ClickException):
    """The command failed."""

    exit_code: ClassVar[int] = 1

    def format_message(self) -> str:
        """Return the sentence with escaped control characters."""
        from channels_doctor.support.sanitize import printable

        return printable(super().format_message())


class Refused(CommandError):
    """The command does not do what the user requested, and has written nothing."""

    exit_code: ClassVar[int] = 2


class Incomplete(CommandError):
    """The command has done a part of its work."""

    exit_code: ClassVar[int] = 3


class CannotExamine(CommandError):
    """The linter finds nothing to examine, or cannot examine it."""

    exit_code: ClassVar[int] = 3
