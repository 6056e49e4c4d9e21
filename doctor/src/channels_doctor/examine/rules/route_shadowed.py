"""An earlier route takes every path of a later one."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Iterator

from ..asgi.shadowed_routes import Shadow, shadowed_routes
from ..finding import Finding

if TYPE_CHECKING:
    from ..project import Project

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "The consumer of another route answers."


def check(project: Project) -> Iterator[Finding]:
    """Find routes whose paths an earlier route of the same router accepts."""
    for _, group in groupby(shadowed_routes(project), key=lambda each: id(each.cause)):
        shadows = list(group)
        yield _of_one(shadows[0]) if len(shadows) == 1 else _of_several(shadows)


def _of_one(shadow: Shadow) -> Finding:
    route, cause, is_equal = shadow
    place = cause.module.location(cause.call)
    what = "the same route below" if cause.text == route.text else repr(route.text)
    how = "Give one of them another path, or remove it"
    how = how if is_equal else "Put the narrower one first"
    message = (
        f"The route {cause.text!r} ({place}) accepts every path of {what}, which is never used."
        f" {how}."
    )
    return Finding(message, route.module.location(route.call))


def _of_several(shadows: list[Shadow]) -> Finding:
    cause = shadows[0].cause
    others = ", ".join(repr(each.route.text) for each in shadows)
    message = (
        f"The route {cause.text!r} accepts every path of the routes behind it ({others}), which are"
        " never used. Put it last."
    )
    return Finding(message, cause.module.location(cause.call))
