"""Record the errors behind the checked sockets; a client sees only 500 or 1011 of them."""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any, Awaitable, Callable, Dict

from ..own_files import own_path
from .error_text import error_text

Scope = Dict[str, Any]
CHECK_HEADER = "X-Channels-Doctor-Check"  # in which the client names the check of a socket
HEADER_NAME = CHECK_HEADER.lower().encode()
MAX_SOCKETS = 200

current_record: ContextVar[dict[str, Any]] = ContextVar("current_record")


class RecordingMiddleware:
    """The outermost application. It serves the records over HTTP at a secret path.

    It passes `receive` and `send` on unchanged, because some applications look at their type.
    """

    def __init__(
        self, application: Callable[..., Awaitable[None]], secret_path: str, root: str
    ) -> None:
        self._application = application
        self._secret_path = secret_path
        self._root = root
        self._records: dict[str, dict[str, Any]] = {}

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["path"] == self._secret_path:
            await self._send_records(send)
        elif scope["type"] == "websocket":
            await self._record(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    async def _record(self, scope: Scope, receive: Any, send: Any) -> None:
        check = dict(scope["headers"]).get(HEADER_NAME, b"").decode("latin-1")
        record: dict[str, Any] = {}
        if check and len(self._records) < MAX_SOCKETS:
            self._records[check] = record
        current_record.set(record)
        try:
            await self._application(scope, receive, send)
        except Exception as error:
            record.update(error=error_text(error), **self._last_own_line(error))
            raise

    def _last_own_line(self, error: BaseException) -> dict[str, Any]:
        """Return the deepest line of the project's own code in the traceback."""
        place: dict[str, Any] = {}
        trace = error.__traceback__
        while trace:
            path = own_path(self._root, trace.tb_frame.f_code.co_filename)
            if path:
                place = {"path": path, "line": trace.tb_lineno}
            trace = trace.tb_next
        return place

    async def _send_records(self, send: Any) -> None:
        body = json.dumps(self._records).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def record_origin_checks() -> None:
    """Record what Channels' validator decides about each Origin, because a 403 has many reasons."""
    from channels.security.websocket import OriginValidator

    original = OriginValidator.valid_origin

    def valid_origin(self: Any, parsed_origin: Any) -> bool:
        allowed = bool(original(self, parsed_origin))
        current_record.get({})["origin_allowed"] = allowed
        return allowed

    OriginValidator.valid_origin = valid_origin
