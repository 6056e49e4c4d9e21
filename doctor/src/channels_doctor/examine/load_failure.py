"""The exception that stopped Django while the inspector loaded the project."""

from __future__ import annotations

from typing import Any, NamedTuple

from .finding import Location


class LoadFailure(NamedTuple):
    """The stage that failed, the exception's type and message, and the project's last line.

    The texts are empty and the location is None when nothing failed.
    """

    stage: str
    type: str
    message: str
    location: Location | None

    @property
    def missing_package(self) -> str:
        """Return the first part of the name of a missing module, "" for another failure."""
        name = self.message.partition("No module named ")[2].strip("'\"").partition(".")[0]
        return name if self.type == "ModuleNotFoundError" and name.isidentifier() else ""


def load_failure(facts: dict[str, Any]) -> LoadFailure:
    """Return the failure in the inspector's facts."""
    failure = facts.get("failure") or {}
    stage, kind, message = (str(failure.get(key) or "") for key in ("stage", "type", "message"))
    frames = [each for each in failure.get("frames") or [] if isinstance(each, dict)]
    frames = [each for each in frames if each.get("path")]
    location = Location(frames[-1]["path"], frames[-1].get("line")) if frames else None
    return LoadFailure(stage, kind, message, location)
