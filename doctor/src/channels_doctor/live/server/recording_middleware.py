"""Sees what the application makes of each of our sockets: the error that a client only knows as 500 or 1011."""

from __future__ import annotations

import json
import os
from contextvars import ContextVar
from typing import Any, Awaitable, Callable, Dict

from .error_text import told

Scope = Dict[str, Any]
MARK = b"x-chanscaffold-doctor"  # the header in which our side names its socket
MOST = 200  # sockets that are remembered
PACKAGES = {"site-packages", "channels_realtime"}  # folders of code that is not the project's own

current: ContextVar[dict[str, Any]] = ContextVar("current")


class Witness:
    """The outermost application. What it has seen can be read over HTTP, at a path that nobody can guess.

    `receive` and `send` go through as they are: some applications look at what they belong to.
    """

    def __init__(self, application: Callable[..., Awaitable[None]], token: str, root: str) -> None:
        self._application = application
        self._path = "/" + token
        self._root = os.path.realpath(root) + os.sep
        self._seen: dict[str, dict[str, Any]] = {}

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["path"] == self._path:
            await self._tell(send)
        elif scope["type"] == "websocket":
            await self._watch(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    async def _watch(self, scope: Scope, receive: Any, send: Any) -> None:
        mark = dict(scope["headers"]).get(MARK, b"").decode("latin-1")
        seen: dict[str, Any] = {}
        if mark and len(self._seen) < MOST:
            self._seen[mark] = seen
        current.set(seen)
        try:
            await self._application(scope, receive, send)
        except Exception as error:
            seen.update(error=told(error), **self._place(error))
            raise

    def _place(self, error: BaseException) -> dict[str, Any]:
        """Return the last line of the project's own that the error came through."""
        found: dict[str, Any] = {}
        trace = error.__traceback__
        while trace:
            path = os.path.realpath(trace.tb_frame.f_code.co_filename)
            if path.startswith(self._root) and not PACKAGES & set(path.split(os.sep)):
                found = {
                    "path": path[len(self._root) :].replace(os.sep, "/"),
                    "line": trace.tb_lineno,
                }
            trace = trace.tb_next
        return found

    async def _tell(self, send: Any) -> None:
        body = json.dumps(self._seen).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def watch_origins() -> None:
    """Note what Channels' own validator thinks of each Origin: a 403 alone may have any reason."""
    from channels.security.websocket import OriginValidator

    original = OriginValidator.valid_origin

    def valid_origin(self: Any, parsed: Any) -> bool:
        allowed = bool(original(self, parsed))
        current.get({})["origin_allowed"] = allowed
        return allowed

    OriginValidator.valid_origin = valid_origin
