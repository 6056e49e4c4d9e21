"""What can go wrong, each as a sentence with an exit code."""

from __future__ import annotations

from typing import ClassVar

import click


class ChanscaffoldError(click.ClickException):
    """`new` failed and nothing was written."""

    exit_code: ClassVar[int] = 1

    def format_message(self) -> str:
        """Return the sentence, with the control characters of other people's names spelled out."""
        from channels_doctor.support.sanitize import printable

        return printable(super().format_message())


class Refused(ChanscaffoldError):
    """What was asked for is not allowed; nothing was written."""

    exit_code: ClassVar[int] = 2


class Incomplete(ChanscaffoldError):
    """Something failed after the project was in its place."""

    exit_code: ClassVar[int] = 3
