"""The statements that set settings: `X = …`, `X["a"] = …`, `X += …`, `X.update(…)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from libcst.metadata import CodeRange


@dataclass(frozen=True)
class SettingStatement:
    """A statement that sets `name`, or the item under `keys` in it.

    `operator` is "=", "+=" or the name of a method. `first_line` and `last_line` are those of the
    statement. `blocks` are the types of the compound statements around it.
    """

    name: str
    keys: tuple[str, ...]
    value: cst.BaseExpression
    operator: str
    first_line: int
    last_line: int
    blocks: tuple[str, ...]

    def is_at(self, line: int) -> bool:
        """Return whether the statement is on a line."""
        return self.first_line <= line <= self.last_line


def find_statements(module: cst.Module) -> list[SettingStatement]:
    """Return the statements of a file that set a name, in their order."""
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    collector = _Collector(wrapper.resolve(PositionProvider))
    module.visit(collector)
    return collector.statements


class _Collector(cst.CSTVisitor):
    def __init__(self, positions: Mapping[cst.CSTNode, CodeRange]) -> None:
        super().__init__()
        self.statements: list[SettingStatement] = []
        self._positions = positions
        self._blocks: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.BaseCompoundStatement):
            self._blocks.append(type(node).__name__)
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.BaseCompoundStatement):
            self._blocks.pop()
        super().on_leave(original_node)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._add(node, target.target, node.value, "=")

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value:
            self._add(node, node.target, node.value, "=")

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._add(node, node.target, node.value, "+=")

    def visit_Expr(self, node: cst.Expr) -> None:
        call = node.value
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.args:
            self._add(node, call.func.value, call.args[0].value, call.func.attr.value)

    def _add(
        self,
        node: cst.CSTNode,
        target: cst.BaseExpression,
        value: cst.BaseExpression,
        operator: str,
    ) -> None:
        keys: tuple[str, ...] = ()
        while isinstance(target, cst.Subscript):
            keys = (_key(target), *keys)
            target = target.value
        if isinstance(target, cst.Name):
            span = self._positions[node]
            place = (span.start.line, span.end.line, tuple(self._blocks))
            self.statements.append(SettingStatement(target.value, keys, value, operator, *place))


def _key(node: cst.Subscript) -> str:
    index = node.slice[0].slice
    if len(node.slice) != 1 or not isinstance(index, cst.Index):
        return ""
    return string_value(index.value) or ""


def string_value(node: cst.CSTNode | None) -> str | None:
    """Return the value of a string literal; None for any other node."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None
