"""A path that really leads to a route."""

from __future__ import annotations

import itertools
import re
from typing import Any, Iterator

from . import loaded_routes

CANDIDATES = [
    "doctor",
    "1",
    "00000000-0000-4000-8000-000000000001",
    "a",
    "abcdefgh",
    "2024",
    "A1",
    "a@b.org",
    "en",
]
WORD = re.compile(r"\w+")
ALTERNATIVES = re.compile(r"(\([^()|]*)\|[^()]*\)")  # which Django's `normalize` cannot read
MOST = 300  # paths to try

Pattern = Any


def sample_for(router: Any, way: tuple[Any, ...]) -> str | None:
    """Return a path that the outermost router takes this way, None if none was found."""
    try:
        for path in itertools.islice(_paths([route.pattern for route in way]), MOST):
            if _resolve(router, path) == way:
                return "/" + path
    except Exception:  # a pattern or a converter of the project's own may fail
        return None
    return None


def _paths(patterns: list[Pattern]) -> Iterator[str]:
    """Yield paths for patterns in a row: with the same candidate everywhere, then with all combinations."""
    form, names = _form(patterns)
    # Alternatives stand as words in the pattern: (chat|room).
    candidates = [
        *CANDIDATES,
        *(word for each in patterns for word in WORD.findall(each.regex.pattern)),
    ]
    for candidate in candidates:
        yield form % dict.fromkeys(names, candidate)
    for values in itertools.product(candidates, repeat=len(names)):
        yield form % dict(zip(names, values))


def _form(patterns: list[Pattern]) -> tuple[str, list[str]]:
    """Return the whole path with `%(name)s` for its parts that vary, and their names, made unique by position."""
    text = ""
    names: list[str] = []
    for number, pattern in enumerate(patterns):
        form, groups = _normalized(pattern)
        keys: dict[str, str] = {group: f"%({number}:{group})s" for group in groups}
        text += form % keys
        names += [f"{number}:{group}" for group in groups]
    return text, names


def _normalized(pattern: Pattern) -> tuple[str, list[str]]:
    from django.utils.regex_helper import normalize

    form, groups = normalize(ALTERNATIVES.sub(r"\1)", pattern.regex.pattern))[0]
    return str(form), list(groups)


def _resolve(router: Any, path: str) -> tuple[Any, ...]:
    """Return the routes that a router takes for a path, as channels.routing.URLRouter does; none if it refuses it."""
    for route in router.routes:
        match = route.pattern.match(path.lstrip("/"))
        if not match:
            continue
        inner = loaded_routes.inner_router(route)
        if inner is None:
            return (route,)
        further = _resolve(inner, match[0])
        if further:
            return (route, *further)
    return ()
