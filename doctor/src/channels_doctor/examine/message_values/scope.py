"""The names in a function, and the expressions that give them their values."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple

from ..python.definitions import assignment_targets, parameters
from ..python.expressions import all_arguments, is_variable, method_name, variable_name, walk_body

if TYPE_CHECKING:
    from ..python.definitions import Definition
    from ..python.modules import AnyAssign, Function, Module


ASSIGNMENTS = (ast.Assign, ast.AnnAssign)
LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)


class Scope(NamedTuple):
    """A function with its module, None for the code of the module itself."""

    module: Module
    function: Function | None

    def outer(self) -> Scope:
        """Return the scope around the function."""
        function = self.module.nearest_function(self.function) if self.function else None
        return Scope(self.module, function)

    def has_parameter(self, name: str) -> bool:
        """Return whether the function has a parameter of a name."""
        function = self.function
        return function is not None and name in {each.arg for each in parameters(function)}


class Binding(NamedTuple):
    """What gives a name its value: an expression, the items of one, or something else (None).

    `loop` is that whose items are unpacked into several names, and `position` that of the name.
    """

    value: ast.expr | None
    is_item: bool = False
    loop: ast.expr | None = None
    position: int = 0


def scope_of(module: Module, node: ast.AST) -> Scope:
    """Return the scope in which a node runs."""
    return Scope(module, module.nearest_function(node))


def scope_in(definition: Definition) -> Scope:
    """Return the scope of a function's body."""
    return Scope(definition.module, definition.node)


@lru_cache(maxsize=20_000)  # the same ones for each name
def assignments_in(function: Function) -> list[AnyAssign]:
    """Return the assignments that run when a function runs, annotated or not."""
    return [each for each in walk_body(function.body) if isinstance(each, ASSIGNMENTS)]


def bindings(scope: Scope, name: str) -> list[Binding]:
    """Return what gives a name its values in a function; None as a value does not count."""
    function = scope.function
    if function is None:
        return []
    found = [each for node in walk_body(function.body) for each in _bindings_in(scope, node, name)]
    return [each for each in found if not _is_none(each.value)]


def only_value(scope: Scope, node: ast.expr | None) -> ast.expr | None:
    """Return the only value of a variable, None if it has several; any other expression itself."""
    if not isinstance(node, ast.Name):
        return node
    found = bindings(scope, node.id)
    return found[0].value if len(found) == 1 and not found[0].is_item else None


def _bindings_in(scope: Scope, node: Any, name: str) -> Iterator[Binding]:
    if isinstance(node, ASSIGNMENTS) and name in map(variable_name, assignment_targets(node)):
        yield Binding(node.value)
    elif isinstance(node, LOOPS) and variable_name(node.target) == name:
        yield Binding(node.iter, is_item=True)
    elif variable_name(node) == name and not isinstance(node.ctx, ast.Load):
        is_known = isinstance(scope.module.parents.get(node), (*ASSIGNMENTS, *LOOPS))
        yield from [] if is_known else [_unpacked(scope.module, node)]


def _unpacked(module: Module, name: ast.Name) -> Binding:
    """Return what gives a value to a name of `for a, b in …` or `a, b = …`, or of anything else."""
    names: Any = module.parents.get(name)
    around: Any = module.parents.get(names) if isinstance(names, ast.Tuple) else None
    if around is None or any(isinstance(each, ast.Starred) for each in names.elts):
        return Binding(None)
    position = names.elts.index(name)
    if isinstance(around, LOOPS):
        return Binding(None, loop=around.iter, position=position)
    values = getattr(getattr(around, "value", None), "elts", [])
    is_each = isinstance(around, ast.Assign) and len(values) == len(names.elts)
    is_known = is_each and not any(isinstance(each, ast.Starred) for each in values)
    return Binding(values[position] if is_known else None)


def added_items(scope: Scope, name: str) -> Iterator[ast.expr]:
    """Yield what is added to a dictionary: `x[key] = value`, `x.update(other)`."""
    for node in walk_body(scope.function.body if scope.function else []):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Subscript) and is_variable(target.value, name):
            yield node.value
        elif method_name(node) == "update" and is_variable(node.func.value, name):
            yield from all_arguments(node)


def _is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
