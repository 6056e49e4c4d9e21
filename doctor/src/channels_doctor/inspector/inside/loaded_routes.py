"""The WebSocket routes, each with a path that leads to it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Iterator, Tuple

from .json_values import class_name
from .samples import sample_for
from .wrappers import is_router, way_to

MOST = 200
DEEPEST = 10

Way = Tuple[Any, ...]  # the routes from the outermost router's to a consumer's


def find_routes(router: Any) -> list[dict[str, object]]:
    """Return the routes of a URLRouter and of those nested in it."""
    return [_describe(router, way) for way, _ in zip(_ways(router, ()), range(MOST))]


def _ways(router: Any, above: Way) -> Iterator[Way]:
    for route in router.routes:
        way = (*above, route)
        inner = inner_router(route)
        if inner is None or len(way) > DEEPEST:
            yield way
        else:
            yield from _ways(inner, way)


@lru_cache(maxsize=None)
def inner_router(route: Any) -> Any:
    """Return the router that a route leads to, None when it leads to a consumer."""
    way = way_to(getattr(route, "callback", None), is_router)
    return way[-1] if way else None


def _describe(router: Any, way: Way) -> dict[str, object]:
    consumer = _consumer(way[-1].callback)
    return {
        "pattern": "".join(str(route.pattern) for route in way),
        "callback": class_name(consumer),
        # A class that is the callback itself was not made into an application.
        "as_asgi": not isinstance(way[-1].callback, type),
        "sample": sample_for(router, way),
    }


def _consumer(callback: Any) -> Any:
    """Return the consumer's class inside of a callback, else the callback itself."""
    way = way_to(callback, lambda each: isinstance(each, type) or hasattr(each, "consumer_class"))
    return getattr(way[-1], "consumer_class", way[-1]) if way else callback
