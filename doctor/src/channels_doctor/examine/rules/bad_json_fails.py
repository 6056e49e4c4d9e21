"""One malformed message closes the socket with an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..observed import ABNORMAL, FAILED, Check

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "warning"
DEPTH = "live"
SYMPTOM = "json.decoder.JSONDecodeError: Expecting value"


def check(project: Project) -> Iterator[Finding]:
    """Find a socket that half of a JSON object has ended with 1011."""
    bad = Check(project, "bad-json")
    if bad.outcome in {FAILED, ABNORMAL}:
        how = "closes the socket with 1011" if bad.outcome == FAILED else "cuts the socket"
        message = (
            f"Half of a JSON object {how}{bad.because}: any client can fill the log with tracebacks, "
            "and an honest one does not learn what was wrong."
        )
        yield Finding(
            message, bad.place, "+        except ValueError:\n+            await self.send(…)"
        )
