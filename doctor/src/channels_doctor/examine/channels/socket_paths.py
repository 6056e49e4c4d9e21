"""What a method of a WebSocket consumer does to its socket, on each path through it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ..python.certain_nodes import certain_nodes
from ..python.exception_paths import ExceptionPathWalker
from ..python.expressions import attribute_name, constant_value, keyword, walk_body
from ..python.modules import FUNCTIONS
from ..python.paths import NOWHERE, States
from .own_calls import called_function, classes_of_call, is_super, own_name, passes_self
from .socket_uses import (
    ANSWERS,
    CLOSED,
    EFFECTS,
    LAYER_METHODS,
    OTHER_METHODS,
    SENDING_METHODS,
    UNKNOWN,
    State,
    Use,
    is_reference,
    is_risky,
    may_answer,
    refuses,
)

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver

MAX_CALL_DEPTH = 5  # own methods that call own methods


class SocketPaths(ExceptionPathWalker):
    """The exits of a method, and its uses of the socket in the order of the text."""

    unknown = State(UNKNOWN)

    def __init__(
        self, resolver: Resolver, consumer: Definition, method: Definition, start: str
    ) -> None:
        super().__init__()
        self.uses: list[Use] = []
        self._resolver = resolver
        self._consumer = consumer
        self._classes = list(resolver.mro(consumer))
        self._stack: list[Definition] = [method]
        self._site: ast.AST | None = None
        self._is_certain = True  # of the calls that lead into the current method
        self.walk(method.node.body, frozenset({State(start)}))

    def kind(self, state: Any) -> Any:
        """Return the name of a state; where the socket was closed does not matter."""
        return state.name

    def matters(self, node: ast.AST) -> bool:
        """Return whether a node uses the consumer in a way that may answer or close."""
        return isinstance(node, ast.Call) and (
            bool(own_name(self._module, node)) or passes_self(node)
        )

    def _blurred(self, node: ast.AST, states: States) -> States:
        """Keep the states at an `if` that refuses the socket itself: it needs no other close()."""
        return states if refuses(node) else super()._blurred(node, states)

    def may_raise(self, node: ast.AST) -> bool:
        """Return whether a statement does more than to answer, to log or to read the scope."""
        return any(is_risky(self._module, each) for each in walk_body([node]))

    @property
    def _module(self) -> Module:
        return self._stack[-1].module

    def evaluate(self, node: Any, states: States) -> States:
        """Return the states after the calls in an expression."""
        if isinstance(node, ast.IfExp):
            states = self.evaluate(node.test, states)
            return self.join(self.evaluate(node.body, states), self.evaluate(node.orelse, states))
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            return self._unknown() if self._may_answer(node) else states
        before = states
        for child in ast.iter_child_nodes(node):
            states = self.evaluate(child, states)
        if isinstance(node, ast.Call):
            states = self._call(node, states)
        elif isinstance(node, ast.Attribute) and is_reference(self._module, node):
            return self._unknown()
        is_partial = isinstance(node, (ast.BoolOp, ast.comprehension))
        return self.join(before, states) if is_partial else states

    def _unknown(self) -> States:
        return frozenset({self.unknown})

    def _call(self, call: ast.Call, states: States) -> States:
        name = own_name(self._module, call)
        if not name:
            layer_method = attribute_name(called_function(self._module, call))
            if layer_method in LAYER_METHODS:
                self._note(layer_method, call, states)
            return self._unknown() if passes_self(call) else states
        # An own accept() or close() that does so only once counts as if it always did.
        own = None if name in ANSWERS else self._find(call, name)
        if own is None or name not in {*EFFECTS, *SENDING_METHODS}:
            self._note(name, call, states)
        if own:
            return self._follow(own, call, states)
        return self._inherited(name, call, states)

    def _note(self, method: str, call: ast.Call, states: States) -> None:
        if self.unknown not in states:
            is_certain = self._is_on_each_path(call)
            self.uses.append(Use(method, self._site or call, call, states, is_certain))

    def _is_on_each_path(self, call: ast.Call) -> bool:
        """Return whether each path of the followed own methods leads to a call."""
        is_own = self._site is None
        return is_own or (self._is_certain and call in set(certain_nodes(self._stack[-1])))

    def _find(self, call: ast.Call, name: str) -> Definition | None:
        """Return the project's method that a call runs: the class's, or for super() the next."""
        here = self._resolver.enclosing_class(self._module, call)
        classes = classes_of_call(self._module, call, here, self._classes)
        return next(filter(None, (self._resolver.own_member(each, name) for each in classes)), None)

    def _inherited(self, name: str, call: ast.Call, states: States) -> States:
        """Return the states after a method of Channels."""
        site = self._site or call
        if name in EFFECTS:
            return frozenset({State(EFFECTS[name], site if EFFECTS[name] == CLOSED else None)})
        if name in SENDING_METHODS:
            is_raw = name == "send" and call.args and isinstance(call.args[0], ast.Dict)
            if is_raw and is_super(call.func):
                return self._unknown()
            closes = constant_value(keyword(call, "close")) is True
            return frozenset({State(CLOSED, site)}) if closes else states
        return states if name in OTHER_METHODS else self._unknown()

    def _follow(self, own: Definition, call: ast.Call, states: States) -> States:
        """Return the states after a method of the project."""
        parent = self._module.parents.get(call)
        is_async = isinstance(own.node, ast.AsyncFunctionDef)
        is_run = own.is_function and (isinstance(parent, ast.Await) or not is_async)
        is_known = is_run and own.is_undecorated and own not in self._stack
        if not is_known or len(self._stack) > MAX_CALL_DEPTH:
            return self._unknown() if self._may_answer(own.node) else states
        ends = self._ends_of(own, call, states)
        is_mixed = ends != states and len({each.name for each in ends}) > 1
        statement = self._module.parents.get(parent) if is_async and parent else parent
        return self._unknown() if is_mixed and not isinstance(statement, ast.Expr) else ends

    def _ends_of(self, own: Definition, call: ast.Call, states: States) -> States:
        outer, site = (self.exits, self._breaks, self._continues, self._raised), self._site
        self.exits, self._breaks, self._continues, self._raised = [], [], [], []
        is_certain, self._is_certain = self._is_certain, self._is_on_each_path(call)
        self._site = site or call
        self._stack.append(own)
        self.walk(own.node.body, states)
        self._stack.pop()
        ends = self.join(NOWHERE, *(each.states for each in self.exits if each.returns))
        self.exits, self._breaks, self._continues, self._raised = outer
        self._site, self._is_certain = site, is_certain
        self._note_thrown()
        return ends

    def _may_answer(self, function: ast.AST) -> bool:
        return may_answer(self._resolver, self._consumer, function, set())
