"""What clients have seen: the checks of `--live` and `--url`, as the rules read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .finding import Location

if TYPE_CHECKING:
    from .project import Project

CLOSED_ABNORMALLY = "closed 1006"  # no close frame came: the connection was cut
CLOSED_WITH_ERROR = "closed 1011"  # an error in the server
REDIRECTION, CLIENT_ERROR, SERVER_ERROR = 3, 4, 5  # the families of HTTP statuses


class Check:
    """One check: its outcome, and what the server's side has seen of it. Without the check, everything is empty."""

    def __init__(self, project: Project, name: str) -> None:
        found: Any = (project.live.get("checks") or {}).get(name)
        self.data: dict[str, Any] = found if isinstance(found, dict) else {}
        self.outcome = str(self.data.get("outcome", ""))
        self.is_url = project.live.get("kind") == "url"
        self.route = str(project.live.get("route", ""))
        self.server = str(project.live.get("server", ""))

    @property
    def error(self) -> str:
        """Return the error that the application ended with, as `module.Type: message`, without its full stop."""
        return str(self.data.get("error", "")).rstrip(".")

    @property
    def seconds(self) -> float:
        """Return after how many seconds the outcome was there."""
        return float(self.data.get("seconds", 0))

    @property
    def error_suffix(self) -> str:
        """Return the error in brackets, or nothing."""
        return f" ({self.error})" if self.error else ""

    @property
    def location(self) -> Location | None:
        """Return the project's own line that the error came through."""
        path, line = self.data.get("path"), self.data.get("line")
        return Location(path, line) if isinstance(path, str) else None

    @property
    def status(self) -> int:
        """Return the HTTP status that came instead of a socket, 0 if another thing came."""
        kind, _, number = self.outcome.partition(" ")
        return int(number) if kind == "http" and number.isdigit() else 0

    @property
    def status_class(self) -> int:
        """Return the first digit of the status."""
        return self.status // 100
