"""Taint analysis: where data from clients goes within a consumer.

It follows variables, attributes of `self` and the consumer's own methods.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Callable, Dict, List, NamedTuple, Optional

from .definitions import Definition, parameters
from .expressions import is_variable, item_key, own_method, walk_body
from .taint_propagation import propagating_parts

if TYPE_CHECKING:
    from .modules import Function, Module
    from .resolver.classes import Resolver

# The methods whose parameters hold what a client sends.
RECEIVERS = {"receive", "receive_json"}
OF_CLIENT = "data from a client"
PASSES = 3  # over the methods, each of which may taint the parameters of others


class Taint(NamedTuple):
    """A value's origin, for a sentence, and whether the database has it."""

    description: str
    is_stored: bool = False


FindSource = Callable[["Module", ast.AST], Optional[Taint]]
# The taints of all values that a name was given; None for an untainted one.
Assigned = Dict[str, List[Optional[Taint]]]


def no_source(_module: Module, _node: ast.AST) -> Taint | None:
    """Find no taint but that of received messages."""
    return None


class TaintAnalysis:
    """The taints of the expressions in the methods of one class.

    A name is tainted when each of its values is. `find_source` finds the expressions that are
    tainted by themselves, and `is_tainted_key` tells which items of a tainted value are.
    """

    def __init__(
        self,
        resolver: Resolver,
        consumer: Definition,
        find_source: FindSource = no_source,
        is_tainted_key: Callable[[str], bool] = bool,
    ) -> None:
        self._find_source = find_source
        self._is_tainted_key = is_tainted_key
        self.methods = _methods(resolver, consumer)
        self._parameters: dict[tuple[str, str], Taint] = {}
        self._attributes: dict[str, Taint] = {}
        self._variables: dict[Function, dict[str, Taint]] = {}
        for _ in range(PASSES):
            self._read_methods()

    def _read_methods(self) -> None:
        attributes: Assigned = {}
        for module, function in self.methods.values():
            self._variables[function] = self._tainted_parameters(function)
            variables: Assigned = {}
            for node in walk_body(function.body):
                if isinstance(node, ast.Assign):
                    self._assign(module, function, node, variables, attributes)
                elif isinstance(node, ast.Call):
                    self._pass_arguments(module, function, node)
        self._attributes = {
            name: taints[0] for name, taints in attributes.items() if taints[0] and all(taints)
        }

    def _tainted_parameters(self, function: Function) -> dict[str, Taint]:
        names = [each.arg for each in parameters(function)][1:]
        if function.name in RECEIVERS:
            return dict.fromkeys(names, Taint(OF_CLIENT))
        given = {name: self._parameters.get((function.name, name)) for name in names}
        return {name: taint for name, taint in given.items() if taint}

    def _assign(
        self,
        module: Module,
        function: Function,
        node: ast.Assign,
        variables: Assigned,
        attributes: Assigned,
    ) -> None:
        taint = self.taint(module, function, node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                variables.setdefault(target.id, []).append(taint)
                self._variables[function].pop(target.id, None)
                if taint and all(variables[target.id]):
                    self._variables[function][target.id] = variables[target.id][0] or taint
            elif isinstance(target, ast.Attribute) and not isinstance(node.value, ast.Constant):
                attributes.setdefault(target.attr, []).append(taint)

    def _pass_arguments(self, module: Module, function: Function, call: ast.Call) -> None:
        """Taint the parameters of an own method with the arguments of a call."""
        name = own_method(call)
        if name not in self.methods:
            return
        names = [each.arg for each in parameters(self.methods[name][1])][1:]
        keywords = ((each.arg or "", each.value) for each in call.keywords)
        for parameter, value in [*zip(names, call.args), *keywords]:
            taint = self.taint(module, function, value)
            if taint:
                self._parameters[name, parameter] = taint

    def taint(self, module: Module, function: Function, node: Any) -> Taint | None:
        """Return the taint of an expression in a method, None when it has none."""
        source = self._find_source(module, node)
        if source:
            return source
        key = item_key(node)
        if isinstance(key, str) and not self._is_tainted_key(key):
            return None
        if isinstance(node, ast.Name):
            return self._variables.get(function, {}).get(node.id)
        if isinstance(node, ast.Attribute) and is_variable(node.value, "self"):
            return self._attributes.get(node.attr)
        taints = (self.taint(module, function, each) for each in propagating_parts(node))
        return next(filter(None, taints), None)


def _methods(resolver: Resolver, consumer: Definition) -> dict[str, tuple[Module, Function]]:
    """Return the methods of a class by name, inherited ones in the project included."""
    found: dict[str, tuple[Module, Function]] = {}
    for cls in resolver.mro(consumer):
        for method in cls.methods():
            found.setdefault(method.name, (cls.module, method))
    return found
