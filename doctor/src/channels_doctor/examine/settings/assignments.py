"""A settings file read from top to bottom: which names it sets, to what, and where."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple, Optional

from ..python.literal_values import UNKNOWN, add, bounded, evaluate
from ..python.modules import Module
from .mutations import called, replaced, with_gap

if TYPE_CHECKING:
    from ..finding import Place

Find = Callable[[str], Optional[Module]]
MOST_STATEMENTS = 20_000


class Assigned(NamedTuple):
    """What a setting was set to, where, and by which expression (for a change in place: the changing one).

    `begin` is where it was last set as a whole.
    """

    value: Any
    place: Place
    node: ast.AST | None
    begin: Place


class Reader:
    """Reads a settings module and those that it takes with `from … import *`; `assigned` has the names, in order.

    `outer` is the reader that wants some names of a module which this one reads.
    """

    def __init__(self, find: Find, outer: Reader | None = None) -> None:
        self.find = find
        self.assigned: dict[str, Assigned] = {}
        self.modules: list[Module] = outer.modules if outer else []
        self.apart: dict[str, dict[str, Assigned]] = (
            outer.apart if outer else {}
        )  # what other readers found, by path
        self.steps = 0

    def read(self, module: Module) -> None:
        """Read one module, unless it was read already: then what it sets is known, if somebody read it apart."""
        if module in self.modules:
            self.assigned.update(self.apart.get(module.path, {}))
        else:
            self.modules.append(module)
            self._statements(module, module.tree.body, sure=True)

    def _statements(self, module: Module, body: list[ast.stmt], sure: bool) -> None:
        for statement in body:
            self.steps += 1
            if self.steps > MOST_STATEMENTS:
                return
            self._statement(module, statement, sure)

    def _statement(self, module: Module, node: ast.stmt, sure: bool) -> None:
        if isinstance(node, ast.ImportFrom):
            self._import(module, node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            self._assignment(module, node, sure)
        elif isinstance(node, ast.AugAssign):
            self._sum(module, node, sure)
        elif isinstance(node, ast.Expr):
            self._method(module, node.value, sure)
        else:
            for branch, certain in _branches(node):
                self._statements(module, branch, sure and certain)

    def _import(self, module: Module, node: ast.ImportFrom) -> None:
        found = self.find(module.origin(node))
        if found is None:
            return
        if any(alias.name == "*" for alias in node.names):
            self.read(found)
        elif any(alias.name.isupper() for alias in node.names):
            other = Reader(self.find, self)  # who was read is not read again, even in a circle
            other.read(found)
            if other.assigned:
                self.apart[found.path] = other.assigned
            names = {alias.name: alias.asname or alias.name for alias in node.names}
            self.assigned.update(
                {names[name]: each for name, each in other.assigned.items() if name in names}
            )

    def _assignment(self, module: Module, node: ast.Assign | ast.AnnAssign, sure: bool) -> None:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            self._assign(module, target, node.value, sure)

    def _sum(self, module: Module, node: ast.AugAssign, sure: bool) -> None:
        if isinstance(node.target, ast.Name):
            self._change(
                module, node.target.id, node, lambda old: add(old, self._worth(node.value)), sure
            )

    def _worth(self, node: ast.AST | None) -> Any:
        return evaluate(node, {name: each.value for name, each in self.assigned.items()})

    def _assign(self, module: Module, target: ast.AST, value: ast.AST | None, sure: bool) -> None:
        if isinstance(target, ast.Name):
            worth = self._worth(value) if sure else UNKNOWN
            place = module.place(target)
            self.assigned[target.id] = Assigned(bounded(worth), place, value, place)
        elif isinstance(target, ast.Subscript):
            keys, name = _path(target)
            worth = self._worth(value) if sure else UNKNOWN
            path = [self._worth(key) for key in keys]
            self._change(module, name, target, lambda old: replaced(old, path, worth), True)
        elif isinstance(target, ast.Tuple):
            for each in target.elts:
                self._assign(module, each, None, sure)

    def _method(self, module: Module, call: ast.expr, sure: bool) -> None:
        """Follow `NAME.append(x)`, `insert`, `extend` and `update`; any other method leaves the name unknown."""
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            return
        if not isinstance(call.func.value, ast.Name):
            return
        method, arguments = call.func.attr, [self._worth(each) for each in call.args]
        self._change(
            module, call.func.value.id, call, lambda old: called(old, method, arguments), sure
        )

    def _change(
        self, module: Module, name: str, node: ast.AST, change: Callable[[Any], Any], sure: bool
    ) -> None:
        before = self.assigned.get(name)
        if before is not None:
            worth = change(copy.deepcopy(before.value)) if sure else with_gap(before.value)
            self.assigned[name] = Assigned(bounded(worth), module.place(node), node, before.begin)


def _branches(node: ast.stmt) -> Iterator[tuple[list[ast.stmt], bool]]:
    """Yield the inner bodies of a statement, and whether each certainly runs."""
    if isinstance(node, (ast.If, ast.For, ast.While)):
        yield node.body, False
        yield node.orelse, False
    elif isinstance(node, ast.Try):
        yield node.body, not node.handlers
        for handler in node.handlers:
            yield handler.body, False
        yield node.orelse, False
        yield node.finalbody, True
    elif isinstance(node, ast.With):
        yield node.body, True


def _path(target: ast.AST) -> tuple[list[ast.AST], str]:
    """Return the keys and the name of `NAME[a][b]`, the outer key first."""
    keys: list[ast.AST] = []
    while isinstance(target, ast.Subscript):
        index: Any = target.slice
        keys.insert(0, index.value if type(index).__name__ == "Index" else index)
        target = target.value
    return keys, target.id if isinstance(target, ast.Name) else ""
