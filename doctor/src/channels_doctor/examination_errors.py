"""What may end an examination, as a sentence with an exit code."""

from __future__ import annotations

from typing import ClassVar

from channels_doctor.support.errors import ChanscaffoldError


class CannotExamine(ChanscaffoldError):
    """There is nothing to examine, or no way to do it."""

    exit_code: ClassVar[int] = 3
