"""The views of pages in the routes of sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..python.definitions import parameters
from ..python.expressions import argument, last_name, method_name
from ..python.signatures import signature_of

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition
    from .route_lists import RouteItem

CALL = 2  # `receive` and `send` of an application, beside the scope
OF_CLASS = "TypeError: View.as_view.<locals>.view() takes 1 positional argument but 3 were given"


def is_view(project: Project, item: RouteItem) -> bool:
    """Return whether a route leads to a function with a request, or to the view of a class."""
    view = argument(item.call, 1, "view") if item.call else None
    if view is None:
        return False
    function = _function(project, item)
    names = [each.arg for each in parameters(function.node)] if function else []
    cls = view.func.value if method_name(view) == "as_view" else None  # type: ignore[attr-defined]
    is_consumer = last_name(cls) in {each.name for each in project.consumers}
    return names[:1] == ["request"] or (cls is not None and not is_consumer)


def view_error(project: Project, item: RouteItem) -> str:
    """Return what a router gets when it calls a view like an application."""
    function = _function(project, item)
    signature = signature_of(function.node) if function else None
    if function is None or signature is None:
        return OF_CLASS
    return signature.error(function.name, CALL, []) if signature.problem(CALL, []) else ""


def _function(project: Project, item: RouteItem) -> Definition | None:
    view = argument(item.call, 1, "view") if item.call else None
    return project.resolver.function(item.module, view) if view else None
