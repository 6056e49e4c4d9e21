"""Whether consumers use the visitor's identity only to note that the visitor is there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterable, Iterator

from ..channels.socket_uses import EFFECTS, LAYER_METHODS, SENDING_METHODS
from ..python.expressions import is_variable, item_holder, item_key, last_name, own_method
from ..python.modules import FUNCTIONS
from ..python.nodes import walk

if TYPE_CHECKING:
    from ..project import Project
    from ..python.definitions import Definition

# They get nothing from the page.
STARTS_AND_ENDS = {"connect", "disconnect"}


def is_idle(project: Project, keys: set[str]) -> bool:
    """Return whether each use of some keys of the scope notes the visitor, and decides nothing."""
    items = [
        (module, node)
        for module in project.production_modules
        for node in [*module.find_all(ast.Subscript), *module.find_all(ast.Call)]
        if item_key(node) in keys and last_name(item_holder(node)) == "scope"
    ]
    consumers = project.production_consumers
    inside = {node for each in consumers for node in walk(each.node)}
    return (
        bool(items)
        and all(node in inside for _, node in items)
        and all(_Uses(each, {node for _, node in items}).are_idle for each in consumers)
    )


class _Uses:
    """The uses of a visitor's identity in a consumer, by its items of the scope."""

    def __init__(self, consumer: Definition, items: set[Any]) -> None:
        self._module = consumer.module
        self._nodes = list(walk(consumer.node))
        self._known = {each for each in self._nodes if each in items}
        for _ in range(2):  # a variable, then an attribute that gets its value
            places = {place for each in self._known for place in self._stored(each)}
            self._known |= {each for each in self._nodes if self._reads(each, places)}
        self.are_idle = all(map(self._is_idle, self._known))

    def _reads(self, node: Any, places: set[tuple[Any, str]]) -> bool:
        is_read = isinstance(getattr(node, "ctx", None), ast.Load)
        return is_read and self._place(node) in places

    def _place(self, node: Any) -> tuple[Any, str] | None:
        """Return what tells a variable of a function, or an attribute of the consumer."""
        if isinstance(node, ast.Attribute) and is_variable(node.value, "self"):
            return None, node.attr
        if isinstance(node, ast.Name):
            return self._module.nearest_function(node), node.id
        return None

    def _stored(self, node: Any) -> Iterator[tuple[Any, str]]:
        parent = self._module.parents.get(node)
        if isinstance(parent, ast.Assign) and parent.value is node:
            yield from filter(None, map(self._place, parent.targets))

    def _is_idle(self, node: Any) -> bool:
        if any(self._stored(node)):
            return True
        around = [node, *self._module.enclosing_nodes(node)]
        statement = next(each for each in around if isinstance(each, ast.stmt))
        if isinstance(statement, ast.If):
            is_tested = node in set(walk(statement.test))
            return is_tested and self._only_notes([*statement.body, *statement.orelse])
        function = next((each for each in around if isinstance(each, FUNCTIONS)), None)
        starts = getattr(function, "name", "") in STARTS_AND_ENDS
        return self._only_notes([statement]) or (starts and self._is_note(statement))

    def _only_notes(self, body: Iterable[ast.stmt]) -> bool:
        """Return whether statements only call methods of the identity, without arguments."""
        return all(
            isinstance(each, ast.Expr)
            and isinstance(call := _call(each), ast.Call)
            and item_holder(call) in self._known
            and not (call.args or call.keywords)
            for each in body
        )

    def _is_note(self, statement: ast.stmt) -> bool:
        """Return whether a statement calls a function, and uses nothing of what it returns."""
        call = _call(statement)
        methods = {each.attr for each in walk(statement) if isinstance(each, ast.Attribute)}
        is_other = isinstance(call, ast.Call) and call not in self._known and not own_method(call)
        return is_other and not methods & {*EFFECTS, *SENDING_METHODS, *LAYER_METHODS}


def _call(statement: Any) -> Any:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value.value if isinstance(value, ast.Await) else value
