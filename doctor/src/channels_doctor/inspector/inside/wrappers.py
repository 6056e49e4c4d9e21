"""What stands inside of what: middleware around routers around consumers."""

from __future__ import annotations

from typing import Any, Callable, Iterator

USUAL = ("application", "inner", "app", "wrapped", "__wrapped__", "func")
MOST = 300  # objects to look at


def is_router(each: Any) -> bool:
    """Return whether an object is a URLRouter."""
    return isinstance(vars_of(each).get("routes"), (list, tuple))


def is_protocol_router(each: Any) -> bool:
    """Return whether an object is a ProtocolTypeRouter."""
    return isinstance(vars_of(each).get("application_mapping"), dict)


def way_to(start: Any, is_goal: Callable[[Any], bool]) -> list[Any]:
    """Return the objects from the outermost down to the nearest goal, both included; nothing if there is no way."""
    waiting: list[tuple[Any, ...]] = [(start,)]
    seen: set[int] = set()
    kept: list[Any] = []  # so that no id is given twice
    while waiting and len(seen) < MOST:
        way = waiting.pop()
        if id(way[-1]) in seen:
            continue
        seen.add(id(way[-1]))
        kept.append(way[-1])
        if is_goal(way[-1]):
            return list(way)
        waiting.extend((*way, each) for each in reversed(list(_inside(way[-1]))))
    return []


def vars_of(each: Any) -> Any:
    """Return an object's own attributes; a class's are not those of an application."""
    found = getattr(each, "__dict__", None)
    return found if isinstance(found, dict) and not isinstance(each, type) else {}


def _inside(each: Any) -> Iterator[Any]:
    """Yield what an application may call: its attributes, the usual names first, and what a function closes over."""
    if isinstance(each, type):
        return
    values = [getattr(each, name, None) for name in USUAL]
    values += vars_of(each).values()
    values += map(_content, getattr(each, "__closure__", None) or ())
    yield from filter(callable, values)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None
