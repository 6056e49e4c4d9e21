"""The channels of a site: the routes of its sockets, with their addresses and consumers."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from channels.routing import URLRouter
from django.core.exceptions import ImproperlyConfigured
from django.utils.regex_helper import normalize

from channels_realtime.contract.applications import find_inside, find_router


class Channel(NamedTuple):
    """A route of sockets. The consumer is None for another ASGI application."""

    address: str  # "/ws/chat/{room}/", below FORCE_SCRIPT_NAME
    parameters: dict[str, str]  # the regular expression of each, or an empty text
    consumer: type | None


def find_channels() -> list[Channel]:
    """Return the channels of ASGI_APPLICATION, sorted by address. Raise ImproperlyConfigured."""
    return sorted(_channels(find_router(), "", {}), key=lambda channel: channel.address)


def _channels(router: URLRouter, prefix: str, parameters: dict[str, str]) -> Iterator[Channel]:
    """Yield the channels of a router, and of the routers in its routes."""
    for route in getattr(router, "own_routes", router.routes):  # without extra_routes
        part, converters = read_pattern(route.pattern)
        address, found = prefix + part, parameters | converters
        inner = find_inside(route.callback, lambda each: isinstance(each, URLRouter))
        if inner is not None:
            yield from _channels(inner, address, found)
        elif address or is_anchored(route.pattern):  # otherwise it takes every path that is left
            application = find_inside(route.callback, lambda each: hasattr(each, "consumer_class"))
            yield Channel(f"/{address}", found, getattr(application, "consumer_class", None))


def is_anchored(pattern: Any) -> bool:
    """Return whether a route's pattern matches the whole path, and not only its beginning."""
    regex: str = pattern.regex.pattern
    return regex.endswith(("$", r"\Z", r"\z"))


def read_pattern(pattern: Any) -> tuple[str, dict[str, str]]:
    """Return the address of a route's pattern, and its parameters as in Channel.

    Raise ImproperlyConfigured for a regular expression without a single address.
    """
    regex = pattern.regex.pattern
    try:
        template, names = max(normalize(regex), key=lambda possibility: len(possibility[1]))
    except ValueError:
        template, names = "", []
    if not template and re.sub(r"[\^$]|\\[AZz]", "", regex):
        raise ImproperlyConfigured(
            f"The route {str(pattern)!r} has no single address: write a route for each address."
        )
    converters = {name: each.regex for name, each in pattern.converters.items()}
    for name in names:
        template = template.replace(f"%({name})s", f"{{{name.lstrip('_')}}}")
    return template, {name.lstrip("_"): converters.get(name, "") for name in names}
