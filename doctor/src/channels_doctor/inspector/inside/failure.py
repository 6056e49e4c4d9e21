"""What went wrong, and where in the project."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Iterator

from .masks import hide_in

if TYPE_CHECKING:
    from .request import Request

LONGEST = 1000  # of a message
MOST_FRAMES = 30


class Stopped(Exception):
    """The inspection cannot go on: a name for why, and a sentence."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def describe(stage: str, error: BaseException, request: Request) -> dict[str, object]:
    """Return a failure: its stage, its type, its message without secrets, its frames in the project, deepest last."""
    kind, message = type(error).__name__, _text(error)
    if isinstance(error, Stopped):
        kind = error.kind
    if isinstance(error, SystemExit):
        kind, message = "exit", f"The project's code called sys.exit({message})."
    return {
        "stage": stage,
        "type": kind,
        "message": message,
        "frames": _frames(error, request)[-MOST_FRAMES:],
    }


def _text(error: BaseException) -> str:
    try:
        return hide_in(str(error))[:LONGEST]
    except Exception:
        return ""


def _frames(error: BaseException, request: Request) -> list[dict[str, object]]:
    """Return the project's frames of an error, else those of the error that it was made from."""
    for each in _chain(error):
        found = list(_own_frames(each, request))
        if found:
            return found
    return []


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__


def _own_frames(error: BaseException, request: Request) -> Iterator[dict[str, object]]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = request.relative(frame.f_code.co_filename)
        if path:
            yield {"path": path, "line": line, "name": frame.f_code.co_name}
    # A file that does not parse has no frame.
    path = request.relative(error.filename) if isinstance(error, SyntaxError) else None
    if path and isinstance(error, SyntaxError):
        yield {"path": path, "line": error.lineno, "name": "<module>"}
