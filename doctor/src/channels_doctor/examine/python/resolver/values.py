"""From a name to the expression that was assigned to it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..definitions import assigned_names
from ..expressions import string_value
from .names import NameResolver

if TYPE_CHECKING:
    from ..definitions import Definition
    from ..modules import Module

MAX_STEPS = 10  # from name to name, or to the parts of a text


class ValueResolver(NameResolver):
    """Finds the values of names, too."""

    def value(self, module: Module, expression: ast.AST) -> tuple[Module, ast.AST]:
        """Return the expression that was assigned to a name, with its module.

        A name that stands for another name is followed further. The expression itself comes back
        when it is not a name, and when its name is assigned more than once, because then only
        running the code would tell.
        """
        for _ in range(MAX_STEPS):
            step = self._assigned_value(module, expression)
            if step is None:
                break
            module, expression = step
        return module, expression

    def text(self, module: Module, node: ast.AST | None, depth: int = 0) -> str | None:
        """Return the text of a string, of a constant's name, and of sums and f-strings of those.

        None for any other expression, and for a name in a function, where it may be a parameter.
        """
        if node is None or depth > MAX_STEPS:
            return None
        if module.nearest_function(node) is None:
            module, node = self.value(module, node)
        parts = _parts(node)
        if not parts:
            return string_value(node)
        texts = [self.text(module, each, depth + 1) for each in parts]
        return None if None in texts else "".join(filter(None, texts))

    def _assigned_value(self, module: Module, node: ast.AST) -> tuple[Module, ast.AST] | None:
        if isinstance(node, ast.Name) and node.id not in module.imports:
            return _only_value(module, node.id)
        owner, _, name = module.full_name(node).rpartition(".")
        other = self.find_module(owner)
        if other is None or other is module:
            return None
        if name in other.imports:
            return _only_value(other, name) or (other, ast.Name(name, ast.Load()))
        return _only_value(other, name)


def _parts(node: Any) -> list[ast.expr]:
    """Return the expressions whose texts follow one another in a string, none for another one."""
    if isinstance(node, ast.JoinedStr):
        return node.values
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [node.left, node.right]
    is_plain = isinstance(node, ast.FormattedValue) and not node.format_spec
    return [node.value] if is_plain and node.conversion == -1 else []


def all_values(definition: Definition) -> Iterator[ast.expr]:
    """Yield each value that the names of an assignment get in their module.

    A name that wraps itself, as in `app = Outer(app)`, has several.
    """
    names = set(assigned_names(definition.node))
    for assignment in definition.module.assignments():
        if names & set(assigned_names(assignment)) and assignment.value is not None:
            yield assignment.value


def _only_value(module: Module, name: str) -> tuple[Module, ast.expr] | None:
    """Return the value of a name that is assigned once in a module, in whatever scope."""
    assignments = [
        each
        for each in module.assignments()
        if name in assigned_names(each) and each.value is not None
    ]
    stores = [
        each
        for each in module.find_all(ast.Name)
        if each.id == name and isinstance(each.ctx, ast.Store)
    ]
    value = assignments[0].value if len(assignments) == len(stores) == 1 else None
    return (module, value) if value is not None else None
