"""Find a path that leads to a route."""

from __future__ import annotations

import itertools
import re
from typing import Any, Callable, Iterator

CANDIDATES = [
    *["doctor", "1", "00000000-0000-4000-8000-000000000001", "a", "abcdefgh", "2024", "A1"],
    *["a@b.org", "en"],
]
WORD = re.compile(r"\w+")
ALTERNATIVES = re.compile(r"(\([^()|]*)\|[^()]*\)")  # Django's `normalize` cannot read them
MAX_PATHS = 300

Pattern = Any
FindRouter = Callable[[Any], Any]


def sample_path(router: Any, chain: tuple[Any, ...], inner_router: FindRouter) -> str | None:
    """Return a path that the outermost router resolves to this chain of routes; None if unknown.

    `inner_router` returns the router that a route leads to, if any.
    """
    try:
        paths = itertools.islice(_paths([route.pattern for route in chain]), MAX_PATHS)
        return next(
            ("/" + path for path in paths if _resolve(router, path, inner_router) == chain), None
        )
    except Exception:  # the project's own patterns and converters may fail
        return None


def _paths(patterns: list[Pattern]) -> Iterator[str]:
    """Yield paths with the same value for every parameter, then with all combinations."""
    template, names = _template(patterns)
    # Alternatives such as (chat|room) are words of the pattern.
    words = [word for pattern in patterns for word in WORD.findall(pattern.regex.pattern)]
    candidates = [*CANDIDATES, *words]
    for candidate in candidates:
        yield template % dict.fromkeys(names, candidate)
    for values in itertools.product(candidates, repeat=len(names)):
        yield template % dict(zip(names, values))


def _template(patterns: list[Pattern]) -> tuple[str, list[str]]:
    """Return the path with `%(name)s` for its parameters, and their names.

    A number makes the name of a parameter unique.
    """
    template = ""
    names: list[str] = []
    for number, pattern in enumerate(patterns):
        part, parameters = _normalize(pattern)
        template += part % {name: f"%({number}:{name})s" for name in parameters}
        names += [f"{number}:{name}" for name in parameters]
    return template, names


def _normalize(pattern: Pattern) -> tuple[str, list[str]]:
    from django.utils.regex_helper import normalize

    template, parameters = normalize(ALTERNATIVES.sub(r"\1)", pattern.regex.pattern))[0]
    return str(template), list(parameters)


def _resolve(router: Any, path: str, inner_router: FindRouter) -> tuple[Any, ...]:
    """Return the routes that URLRouter takes for a path; () if it finds none."""
    for route in router.routes:
        match = route.pattern.match(path.lstrip("/"))
        if not match:
            continue
        inner = inner_router(route)
        if inner is None:
            return (route,)
        rest = _resolve(inner, match[0], inner_router)
        if rest:
            return (route, *rest)
    return ()
