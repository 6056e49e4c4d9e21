"""The handlers that are asynchronous in a synchronous consumer, or the other way round."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from ..message_values.joined_groups import may_reach
from ..python.expressions import walk_body
from .consumers import is_async_consumer
from .handlers import Handler, find_handlers

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

# Values that no `await` accepts.
PLAIN_VALUES = (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.JoinedStr, ast.Compare)


class OtherKind(NamedTuple):
    """A consumer, whether it is asynchronous, and its handlers of the other kind.

    `has_others` says whether it has handlers of its own kind, too.
    """

    consumer: Definition
    is_async: bool
    handlers: list[Handler]
    has_others: bool


@lru_cache(maxsize=1)
def handlers_of_other_kind(project: Project) -> list[OtherKind]:
    """Return the consumers with handlers whose kind is not their own."""
    by_consumer: dict[str, list[Handler]] = {}
    for handler in find_handlers(project):
        is_called = handler.is_certain and handler.method.is_undecorated
        if is_called and (
            handler.is_of_channels or may_reach(project, handler.consumer, handler.name)
        ):
            by_consumer.setdefault(handler.consumer.full_name, []).append(handler)
    return [found for each in by_consumer.values() for found in _in_consumer(project, each)]


def _in_consumer(project: Project, handlers: list[Handler]) -> Iterator[OtherKind]:
    consumer = handlers[0].consumer
    is_async = is_async_consumer(project.resolver, consumer)
    wrong = [each for each in handlers if is_async is not None and _is_wrong(each.method, is_async)]
    if is_async is not None and wrong:
        yield OtherKind(consumer, is_async, wrong, len(wrong) < len(handlers))


def _is_wrong(method: Definition, is_async: bool) -> bool:
    if not is_async or isinstance(method.node, ast.AsyncFunctionDef):
        return not is_async and isinstance(method.node, ast.AsyncFunctionDef)
    nodes = list(walk_body(method.node.body))
    values = [each.value for each in nodes if isinstance(each, ast.Return) and each.value]
    raises = isinstance(method.node.body[-1], ast.Raise)
    return not raises and all(isinstance(each, PLAIN_VALUES) for each in values)
