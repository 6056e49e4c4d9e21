"""The paths through a function with those on which an exception is caught."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .expressions import called_name, last_name
from .paths import NOWHERE, Exit, PathWalker, States

if TYPE_CHECKING:
    import ast

# Exceptions that end the code around a function, too.
ENDING_EXCEPTIONS = {"CancelledError", "GeneratorExit", "KeyboardInterrupt", "SystemExit"}
# Exceptions that end a consumer without an error.
STOPPING_EXCEPTIONS = {"StopConsumer"}


class ExceptionPathWalker(PathWalker):
    """Follows the paths through the handlers of exceptions, too."""

    def __init__(self) -> None:
        super().__init__()
        self._raised: list[States] = []
        self._thrown: States = NOWHERE  # at each `raise` that no `try` of its function is around

    def may_raise(self, node: ast.AST) -> bool:
        """Return whether a statement may raise an exception that counts."""
        raise NotImplementedError

    def _simple(self, node: Any, states: States) -> States:
        after = super()._simple(node, states)
        if self.may_raise(node):
            self._note_raised(states, after)
        return after

    def _note_raised(self, *states: States) -> None:
        if self._raised:
            self._raised[-1] = self.join(self._raised[-1], *states)

    def _note_thrown(self) -> None:
        """Take what a followed function has raised as raised by its call."""
        if self._raised:
            self._note_raised(self._thrown)
            self._thrown = NOWHERE

    def _raise(self, node: ast.Raise, states: States) -> States:
        if not self._raised:
            self._thrown = self.join(self._thrown, states)
        self._note_raised(states)
        raised = last_name(node.exc) or called_name(node.exc)
        if not self._raised and raised in STOPPING_EXCEPTIONS:
            self.exits.append(Exit(node, states))
        return super()._raise(node, states)

    def _with(self, node: Any, states: States) -> States:
        for item in node.items:
            states = self._simple(item.context_expr, states)
        suppresses = any(called_name(item.context_expr) == "suppress" for item in node.items)
        if not suppresses:
            return self.block(node.body, states)
        self._raised.append(NOWHERE)
        end = self.block(node.body, states)
        return self.join(end, self._raised.pop())

    _asyncwith = _with

    def _try(self, node: Any, states: States) -> States:
        first_exit = len(self.exits)
        self._raised.append(NOWHERE)
        end = self.block(node.body, states)
        raised = self._raised.pop()
        ends = [self.block(node.orelse, end)]
        may_fail = raised or any(map(self.may_raise, node.body))
        for handler in node.handlers if may_fail else []:
            is_ending = last_name(handler.type) in ENDING_EXCEPTIONS
            is_known = raised and not is_ending and len({self.kind(each) for each in raised}) == 1
            start = raised if is_known else frozenset({self.unknown})
            ends.append(self.block(handler.body, start))
        for index, (place, left) in enumerate(self.exits[first_exit:], first_exit):
            self.exits[index] = Exit(place, self.block(node.finalbody, left))
        return self.block(node.finalbody, self.join(*ends))

    _trystar = _try
