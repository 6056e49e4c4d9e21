"""The WebSocket routes, each with a sample path that leads to it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Iterator, Tuple

from .asgi_wrappers import is_url_router, path_to
from .json_values import full_name
from .sample_paths import sample_path

MAX_ROUTES = 200
MAX_NESTED_ROUTERS = 10

Chain = Tuple[Any, ...]  # the routes from the outermost router to a consumer


def find_routes(router: Any) -> list[dict[str, object]]:
    """Return the routes of a URLRouter and of the routers nested in it."""
    chains = zip(_chains(router, ()), range(MAX_ROUTES))
    return [_describe(router, chain) for chain, _ in chains]


def _chains(router: Any, outer: Chain) -> Iterator[Chain]:
    for route in router.routes:
        chain = (*outer, route)
        inner = inner_router(route)
        if inner is None or len(chain) > MAX_NESTED_ROUTERS:
            yield chain
        else:
            yield from _chains(inner, chain)


@lru_cache(maxsize=None)
def inner_router(route: Any) -> Any:
    """Return the router that a route leads to; None when it leads to a consumer."""
    path = path_to(getattr(route, "callback", None), is_url_router)
    return path[-1] if path else None


def _describe(router: Any, chain: Chain) -> dict[str, object]:
    callback = chain[-1].callback
    return {
        "pattern": "".join(str(route.pattern) for route in chain),
        "callback": full_name(_consumer(callback)),
        # A class as the callback lacks its as_asgi().
        "as_asgi": not isinstance(callback, type),
        "sample": sample_path(router, chain, inner_router),
    }


def _consumer(callback: Any) -> Any:
    """Return the consumer class inside a callback, or the callback itself."""
    path = path_to(callback, lambda each: isinstance(each, type) or hasattr(each, "consumer_class"))
    return getattr(path[-1], "consumer_class", path[-1]) if path else callback
