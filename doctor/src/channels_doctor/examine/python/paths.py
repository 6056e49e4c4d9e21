"""The paths through a function, as sets of states that each statement turns into others."""

from __future__ import annotations

import ast
from typing import Any, FrozenSet, NamedTuple, Sequence

from .conditions import is_constant_true, is_exhaustive
from .expressions import walk_body

States = FrozenSet[Any]
NOWHERE: States = frozenset()  # of code that no path reaches
JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class Exit(NamedTuple):
    """A place where the function ends: a `return`, or None for the end of its body.

    A `raise` counts where the exception is no error, as StopConsumer.
    """

    node: ast.Return | ast.Raise | None
    states: States

    @property
    def returns(self) -> bool:
        """Return whether the code that called the function goes on."""
        return not isinstance(self.node, ast.Raise)


class PathWalker:
    """Follows the paths through the statements of a function.

    A subclass says what an expression does to the states. In the state `unknown` the rest of a
    path is unknown. Paths in different states become unknown at a condition that may tell them
    apart.
    """

    unknown: Any = "unknown"

    def __init__(self) -> None:
        self.exits: list[Exit] = []
        self._breaks: list[States] = []
        self._continues: list[States] = []

    def evaluate(self, node: ast.AST, states: States) -> States:
        """Return the states after an expression."""
        raise NotImplementedError

    def kind(self, state: Any) -> Any:
        """Return what distinguishes a state from others."""
        return state

    def matters(self, node: ast.AST) -> bool:
        """Return whether a node may change the states."""
        raise NotImplementedError

    def walk(self, body: Sequence[ast.stmt], states: States) -> None:
        """Follow the body of a function, and collect its exits."""
        end = self.block(body, states)
        if end:
            self.exits.append(Exit(None, end))

    def block(self, body: Sequence[ast.stmt], states: States) -> States:
        """Return the states at the end of some statements."""
        for statement in body:
            if not states:
                break
            handler = getattr(self, f"_{type(statement).__name__.lower()}", self._simple)
            states = self.join(handler(statement, states))
        return states

    def join(self, *several: States) -> States:
        """Return the states where paths meet."""
        joined = frozenset().union(*several)
        return frozenset({self.unknown}) if self.unknown in joined else joined

    def _simple(self, node: Any, states: States) -> States:
        return states if isinstance(node, ast.ClassDef) else self.evaluate(node, states)

    def _return(self, node: ast.Return, states: States) -> States:
        states = self._simple(node.value, states) if node.value else states
        self.exits.append(Exit(node, states))
        return NOWHERE

    def _raise(self, _node: ast.Raise, _states: States) -> States:
        return NOWHERE

    def _break(self, _node: ast.Break, states: States) -> States:
        self._breaks[-1] = self.join(self._breaks[-1], states)
        return NOWHERE

    def _continue(self, _node: ast.Continue, states: States) -> States:
        self._continues[-1] = self.join(self._continues[-1], states)
        return NOWHERE

    def _blurred(self, node: ast.AST, states: States) -> States:
        """Return the states in a condition, unknown when it may depend on which one it is."""
        is_one = len({self.kind(each) for each in states}) == 1
        if is_one:
            return states
        inside = walk_body(list(ast.iter_child_nodes(node)))
        depends = any(isinstance(each, JUMPS) or self.matters(each) for each in inside)
        return frozenset({self.unknown}) if depends else states

    def _if(self, node: ast.If, states: States) -> States:
        states = self._blurred(node, self._simple(node.test, states))
        taken = self.block(node.body, states)
        if is_constant_true(node.test):
            return taken
        following: Any = node.orelse[0] if node.orelse else None
        if is_exhaustive(node):
            return self.join(
                taken, self.block(following.body, self._simple(following.test, states))
            )
        return self.join(taken, self.block(node.orelse, states))

    def _match(self, node: Any, states: States) -> States:
        states = self._blurred(node, self._simple(node.subject, states))
        ends = [self.block(case.body, states) for case in node.cases]
        last = node.cases[-1]
        is_complete = type(last.pattern).__name__ == "MatchAs" and last.pattern.pattern is None
        return self.join(*ends, *([] if is_complete and last.guard is None else [states]))

    def _for(self, node: Any, states: States) -> States:
        states = self._blurred(node, self._simple(node.iter, states))
        return self._loop(node, states, is_endless=False)

    _asyncfor = _for

    def _while(self, node: ast.While, states: States) -> States:
        states = self._blurred(node, self._simple(node.test, states))
        return self._loop(node, states, is_constant_true(node.test))

    def _loop(self, node: Any, states: States, is_endless: bool) -> States:
        self._breaks.append(NOWHERE)
        self._continues.append(NOWHERE)
        end = self.join(states, self.block(node.body, states), self._continues.pop())
        end = NOWHERE if is_endless else self.block(node.orelse, end)
        return self.join(end, self._breaks.pop())
