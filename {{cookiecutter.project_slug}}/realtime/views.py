"""Health, for load balancers and orchestrators."""

import asyncio
import logging

from django.http import HttpRequest, HttpResponse, JsonResponse

from realtime.health import reach_database, reach_layer

logger = logging.getLogger(__name__)


async def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


async def readyz(request: HttpRequest) -> JsonResponse:
    """The database and the channel layer answer too: 200, otherwise 503."""
    results = await asyncio.gather(reach_database(), reach_layer(), return_exceptions=True)
    failures = {
        name: result
        for name, result in zip(("database", "layer"), results, strict=True)
        if isinstance(result, BaseException)
    }
    for name, failure in failures.items():
        logger.error("Not ready: the %s fails: %r", name, failure)
    return JsonResponse(
        {name: name not in failures for name in ("database", "layer")},
        status=503 if failures else 200,
    )
