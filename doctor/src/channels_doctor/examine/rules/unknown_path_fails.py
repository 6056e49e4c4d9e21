"""An unknown path causes an error instead of a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import CLOSED_WITH_ERROR, SERVER_ERROR, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "live"
SYMPTOM = "ValueError: No route found for path"


def check(project: Project) -> Iterator[Finding]:
    """Find an error for a path without a route."""
    unknown = Check(project, "unknown-path")
    if unknown.error and unknown.error == Check(project, "own-origin").error:
        return  # every path fails in the same way
    if unknown.status_class == SERVER_ERROR or unknown.outcome == CLOSED_WITH_ERROR:
        how = unknown.status or "1011"
        message = (
            f"An unknown path fails with {how} and a traceback{unknown.error_suffix}. Add a last"
            " route that refuses the socket."
        )
        yield Finding(
            message,
            unknown.location,
            '+    re_path(r"", NotFoundConsumer.as_asgi()),  # the last route',
        )
