"""A site below a path of its host, such as https://example.com/chat/."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.urls import set_script_prefix


class RootPathMiddleware:
    """Give each request and socket the root path of FORCE_SCRIPT_NAME.

    A proxy may pass the root path on or remove it, and the servers disagree: uvicorn puts its
    --root-path before each path, Daphne does not. Without the setting, nothing changes.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        if root := (settings.FORCE_SCRIPT_NAME or "").rstrip("/"):
            set_script_prefix(f"{root}/")  # for the links that a consumer sends
            path = root + path_below(root, scope["path"])
            scope = {**scope, "root_path": root, "path": path}
        return self.application(scope, receive, send)


def path_below(root: str, path: str) -> str:
    """Return the path without the root path, if it begins with that."""
    below = path.removeprefix(root) or "/"
    return below if below.startswith("/") else path
