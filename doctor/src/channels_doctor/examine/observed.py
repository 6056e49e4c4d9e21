"""The checks of `--live` and `--url`: what WebSocket clients observed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .finding import Location

if TYPE_CHECKING:
    from .project import Project

CLOSED_ABNORMALLY = "closed 1006"  # the connection ended without a close frame
CLOSED_WITH_ERROR = "closed 1011"
REDIRECTION, CLIENT_ERROR, SERVER_ERROR = 3, 4, 5  # classes of HTTP statuses


class Check:
    """One check: its outcome, and the error on the server; empty when the check did not run."""

    def __init__(self, project: Project, name: str) -> None:
        found: Any = (project.live.get("checks") or {}).get(name)
        self.data: dict[str, Any] = found if isinstance(found, dict) else {}
        self.outcome = str(self.data.get("outcome", ""))
        self.is_url = project.live.get("kind") == "url"
        self.route = str(project.live.get("route", ""))
        self.server = str(project.live.get("server", ""))

    @property
    def error(self) -> str:
        """Return the application's error, as `module.Type: message` without a full stop."""
        return str(self.data.get("error", "")).rstrip(".")

    @property
    def seconds(self) -> float:
        """Return the seconds until the outcome."""
        return float(self.data.get("seconds", 0))

    @property
    def error_suffix(self) -> str:
        """Return the error in brackets, "" when there is none."""
        return f" ({self.error})" if self.error else ""

    @property
    def location(self) -> Location | None:
        """Return the last line of the project in the error's traceback."""
        path, line = self.data.get("path"), self.data.get("line")
        return Location(path, line) if isinstance(path, str) else None

    @property
    def status(self) -> int:
        """Return the HTTP status of the handshake's answer, 0 for any other outcome."""
        kind, _, number = self.outcome.partition(" ")
        return int(number) if kind == "http" and number.isdigit() else 0

    @property
    def status_class(self) -> int:
        """Return the first digit of the status."""
        return self.status // 100
