"""Refuse forms in another charset than UTF-8: Django answers some of them with 500."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.utils.http import parse_header_parameters

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
REFUSED = b"A form must be in UTF-8: leave the charset out of Content-Type."


class FormCharsetMiddleware:
    """Answer a form with 400 if its Content-Type names a charset other than UTF-8.

    Django reads the form again to report the error, and fails again. Browsers name no charset.
    """

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        # Several headers are one value to Django, too.
        values = [value for name, value in scope["headers"] if name == b"content-type"]
        if has_foreign_charset(b",".join(values).decode("latin-1")):
            headers = [(b"content-type", b"text/plain")]
            await send({"type": "http.response.start", "status": 400, "headers": headers})
            await send({"type": "http.response.body", "body": REFUSED})
        else:
            await self.application(scope, receive, send)


def has_foreign_charset(content_type: str) -> bool:
    """Return whether this is the Content-Type of a form in another charset than UTF-8."""
    try:
        kind, parameters = parse_header_parameters(content_type)
    except ValueError:  # a charset of a parameter that Python does not know
        return True
    return kind in FORM_TYPES and parameters.get("charset", "utf-8").lower() != "utf-8"
