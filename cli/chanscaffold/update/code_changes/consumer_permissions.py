"""Give the permissions of consumers the names that Django's views use for theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from libcst import ClassDef, FunctionDef

RELEVANT = "can_join"
OLD, NEW = "can_join", "has_permission"
CONSUMER = "Consumer"  # the end of a consumer's name


def change(source: str) -> str:
    """Rename the method can_join() of consumers to has_permission()."""
    return cst.parse_module(source).visit(_Rename()).code


class _Rename(cst.CSTTransformer):
    """Renames the method in classes whose base is a consumer."""

    def __init__(self) -> None:
        self.classes: list[bool] = []

    def visit_ClassDef(self, node: ClassDef) -> None:  # noqa: N802
        self.classes.append(any(_is_consumer(base.value) for base in node.bases))

    def leave_ClassDef(  # noqa: N802
        self,
        original_node: ClassDef,  # noqa: ARG002
        updated_node: ClassDef,
    ) -> ClassDef:
        self.classes.pop()
        return updated_node

    def leave_FunctionDef(  # noqa: N802
        self, original_node: FunctionDef, updated_node: FunctionDef
    ) -> FunctionDef:
        is_old = self.classes and self.classes[-1] and original_node.name.value == OLD
        return updated_node.with_changes(name=cst.Name(NEW)) if is_old else updated_node

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.Attribute:
        """Rename the method also where a consumer calls that of itself or of its base."""
        is_call = self.classes and self.classes[-1] and _is_own(original_node.value)
        if is_call and original_node.attr.value == OLD:
            return updated_node.with_changes(attr=cst.Name(NEW))
        return updated_node


def _is_consumer(base: cst.BaseExpression) -> bool:
    name = base.attr if isinstance(base, cst.Attribute) else base
    return isinstance(name, cst.Name) and name.value.endswith(CONSUMER)


def _is_own(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.Call):
        value = value.func
    return isinstance(value, cst.Name) and value.value in ("self", "super")
