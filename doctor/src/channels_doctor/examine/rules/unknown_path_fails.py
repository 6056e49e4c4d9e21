"""An unknown path is answered with an error instead of a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import FAILED, SERVER, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "live"
SYMPTOM = "ValueError: No route found for path"


def check(project: Project) -> Iterator[Finding]:
    """Find 500 for a path that nobody has routed."""
    unknown = Check(project, "unknown-path")
    if unknown.error and unknown.error == Check(project, "own-origin").error:
        return  # what fails there fails everywhere
    if unknown.family == SERVER or unknown.outcome == FAILED:
        how = unknown.status or "1011"
        message = (
            f"A socket for an unknown path is answered with {how} and a traceback{unknown.because}: "
            "any typing error, and any scanner, looks like a crash."
        )
        yield Finding(
            message,
            unknown.place,
            '+    re_path(r"", NotFoundConsumer.as_asgi()),  # the last route',
        )
