"""The kinds of a project's values, and of what Channels passes to its consumers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Iterator

from ..channels.handlers import STARTS, Handler, find_handlers
from ..orm.relations import relations
from ..python.definitions import parameters
from .call_sites import call_sites
from .kinds import BYTES, DICT, JSON_VALUE, TEXT, Kind
from .model_values import ModelValues
from .value_kinds import ValueKinds

if TYPE_CHECKING:
    import ast

    from ..project import Project

RECEIVED = {"text_data": TEXT, "bytes_data": BYTES}  # parameters of receive()


@lru_cache(maxsize=1)
def value_kinds(project: Project) -> ValueKinds:
    """Return the kinds of the values of a project."""
    given = {key: kind for each in find_handlers(project) for key, kind in _passed(each)}
    models = ModelValues(project.resolver, relations(project))
    return ValueKinds(project.resolver, models, call_sites(project), given)


def _passed(handler: Handler) -> Iterator[tuple[tuple[ast.AST, str], Kind]]:
    """Yield the kinds of what Channels passes to a handler."""
    function = handler.method.node
    names = [each.arg for each in parameters(function)][1:]
    if handler.name == "receive":
        yield from (((function, name), Kind(RECEIVED[name])) for name in names if name in RECEIVED)
    elif handler.name == "receive_json" and names:
        yield (function, names[0]), Kind(JSON_VALUE)
    elif handler.is_certain and handler.name not in STARTS and names:
        yield (function, names[0]), Kind(DICT)
