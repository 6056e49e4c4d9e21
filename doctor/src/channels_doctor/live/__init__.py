"""`doctor --live` and `doctor --url`: what a client meets at the project's own server, or at a running deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from channels_doctor.locate import Location

Facts = dict[str, Any]


def observe(location: Location, interpreter_path: str, facts: Facts, settings: str | None) -> Facts:
    """Serve the project on a throw-away database, and return what its clients see.

    `facts` are the inspector's; `settings` is the settings module, when it is not the one that they name. Raises
    CannotExamine when nothing can be served, or there is neither a route nor a router without routes.
    """
    from channels_doctor.live.local import observe_project

    return observe_project(location, interpreter_path, facts, settings)


def observe_url(url: str) -> Facts:
    """Return what a client sees at a running deployment, with a few quiet sockets.

    Raises CannotExamine when nothing answers there.
    """
    from channels_doctor.live.remote import observe_deployment

    return observe_deployment(url)
