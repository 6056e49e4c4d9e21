"""Answer a page with 503 while all connections of a database's pool are in use."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5
BUSY = "The server is busy. Try again in a few seconds."


class PoolTimeoutMiddleware:
    """Answer with 503 a view that waits in vain for a connection of psycopg's pool.

    Django answers with 500 and a traceback. Under ASGI, each running request has a thread, and
    keeps its connection to its end; so a pool can be too small for many slow requests.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the answer to a timeout of the pool, and None for another exception."""
        # psycopg_pool is installed only where PostgreSQL is used.
        if type(exception.__cause__).__name__ != "PoolTimeout":
            return None
        logger.warning("No connection of the pool was free in time for %s.", request.path)
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return HttpResponse(BUSY, status=503, content_type="text/plain", headers=headers)
