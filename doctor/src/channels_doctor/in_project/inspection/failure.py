"""What stopped a stage, and where in the project."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Iterator

from ..masking import mask_secrets

if TYPE_CHECKING:
    from .inspected_project import InspectedProject

MAX_MESSAGE_CHARACTERS = 1000
MAX_FRAMES = 30


class InspectionError(Exception):
    """The inspection cannot continue; `kind` names the reason for the linter."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def describe_failure(
    stage: str, error: BaseException, project: InspectedProject
) -> dict[str, object]:
    """Return stage, type, message without secrets, and the project's frames, the deepest last."""
    kind, message = type(error).__name__, _message(error)
    if isinstance(error, InspectionError):
        kind = error.kind
    if isinstance(error, SystemExit):
        kind, message = "exit", f"The project's code called sys.exit({message})."
    frames = _own_frames(error, project)[-MAX_FRAMES:]
    return {"stage": stage, "type": kind, "message": message, "frames": frames}


def _message(error: BaseException) -> str:
    try:
        return mask_secrets(str(error))[:MAX_MESSAGE_CHARACTERS]
    except Exception:
        return ""


def _own_frames(error: BaseException, project: InspectedProject) -> list[dict[str, object]]:
    """Return the project's frames of the error, or of the nearest cause that has some."""
    for cause in _causes(error):
        frames = list(_frames_of(cause, project))
        if frames:
            return frames
    return []


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and its causes; a chain may be a circle."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _frames_of(error: BaseException, project: InspectedProject) -> Iterator[dict[str, object]]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = project.own_path(frame.f_code.co_filename)
        if path:
            yield {"path": path, "line": line, "name": frame.f_code.co_name}
    # A file that does not parse has no frame.
    path = project.own_path(error.filename) if isinstance(error, SyntaxError) else None
    if path and isinstance(error, SyntaxError):
        yield {"path": path, "line": error.lineno, "name": "<module>"}
