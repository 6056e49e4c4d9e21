"""Find routers and consumers inside the middleware that wraps them."""

from __future__ import annotations

from typing import Any, Callable, Iterator

USUAL_ATTRIBUTES = ("application", "inner", "app", "wrapped", "__wrapped__", "func")
MAX_OBJECTS = 300


def is_url_router(value: Any) -> bool:
    """Return whether an object is a URLRouter."""
    return isinstance(attributes_of(value).get("routes"), (list, tuple))


def is_protocol_router(value: Any) -> bool:
    """Return whether an object is a ProtocolTypeRouter."""
    return isinstance(attributes_of(value).get("application_mapping"), dict)


def path_to(start: Any, is_goal: Callable[[Any], bool]) -> list[Any]:
    """Return the objects from the outermost to the nearest goal; [] if there is no goal inside."""
    waiting: list[tuple[Any, ...]] = [(start,)]
    seen: dict[int, Any] = {}  # holds the objects, so that no id is used twice
    while waiting and len(seen) < MAX_OBJECTS:
        path = waiting.pop()
        value = path[-1]
        if id(value) in seen:
            continue
        seen[id(value)] = value
        if is_goal(value):
            return list(path)
        waiting.extend((*path, inner) for inner in reversed(list(_inner_applications(value))))
    return []


def attributes_of(value: Any) -> Any:
    """Return the attributes of an instance; {} for a class."""
    attributes = getattr(value, "__dict__", None)
    return attributes if isinstance(attributes, dict) and not isinstance(value, type) else {}


def _inner_applications(value: Any) -> Iterator[Any]:
    """Yield the callables in an object's attributes, the usual names first, and in its closure."""
    if isinstance(value, type):
        return
    values = [getattr(value, name, None) for name in USUAL_ATTRIBUTES]
    values += attributes_of(value).values()
    values += map(_cell_contents, getattr(value, "__closure__", None) or ())
    yield from filter(callable, values)


def _cell_contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # the cell is still empty
        return None
