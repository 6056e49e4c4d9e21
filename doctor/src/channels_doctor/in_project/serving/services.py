"""Keep the development services of a generated project until stdin is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pipe import Pipe


def run_services(pipe: Pipe, _options: dict[str, Any]) -> None:
    """Start the servers that do not answer, as `manage.py runserver` does, and report that."""
    from channels_realtime.services.running import running

    pipe.on_close = lambda: None  # the servers must be stopped
    with running():
        pipe.send(services=True)
        while pipe.receive() is not None:
            pass
