"""One malformed message closes the socket with an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import CLOSED_ABNORMALLY, CLOSED_WITH_ERROR, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "live"
SYMPTOM = "json.decoder.JSONDecodeError: Expecting value"


def check(project: Project) -> Iterator[Finding]:
    """Find a socket that an incomplete JSON object closes with 1011."""
    bad = Check(project, "bad-json")
    if bad.outcome in {CLOSED_WITH_ERROR, CLOSED_ABNORMALLY}:
        how = (
            "closes the socket with 1011" if bad.outcome == CLOSED_WITH_ERROR else "cuts the socket"
        )
        message = (
            f"An incomplete JSON object {how}{bad.error_suffix}. Catch the exception and answer"
            " with an error."
        )
        yield Finding(
            message, bad.location, "+        except ValueError:\n+            await self.send(…)"
        )
