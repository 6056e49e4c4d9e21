"""`CHANNELS_LAYERS`, `CHANNEL_LAYER` and the like become `CHANNEL_LAYERS`, wherever the file says it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

import libcst as cst

from channels_doctor.fixes.own_files import python_files
from channels_doctor.fixes.setting_nodes import assignments
from channels_doctor.fixes.source import Leave, Source

RIGHT = "CHANNEL_LAYERS"
ALIKE = 0.75


def mend(source: Source, line: int) -> cst.Module:
    """Return the file with the name that the statement on the line assigns set right."""
    name = _misspelt(source, line)
    uses = _Uses(name)
    source.module.visit(uses)
    _refuse_if_unsafe(source, name, uses)
    changed = source.module.visit(_Rename(uses.nodes))
    assert isinstance(changed, cst.Module)
    return changed


def _misspelt(source: Source, line: int) -> str:
    names = {each.name for each in assignments(source.module) if each.stands_at(line)} - {RIGHT}
    alike = [name for name in names if SequenceMatcher(None, name.upper(), RIGHT).ratio() >= ALIKE]
    if len(alike) != 1:
        raise Leave("no setting like CHANNEL_LAYERS is assigned on that line.")
    return alike[0]


def _refuse_if_unsafe(source: Source, name: str, uses: _Uses) -> None:
    if uses.has_right:
        raise Leave(f"{source.path} has both {name} and {RIGHT}.")
    if uses.hidden:
        raise Leave(f"{name} is also the name of something else in {source.path}.")
    for path, data in python_files(source.root):
        if path != source.path and _depends(data, name):
            raise Leave(f"{path} uses {name} too.")


def _depends(data: bytes, name: str) -> bool:
    """Return whether another file needs the name; one that only assigns a setting of its own does not."""
    word = re.compile(rb"\b%s\b" % name.encode())
    own = re.compile(rb"^%s[ \t]*(:[^=\n]*)?=(?!=)" % name.encode(), re.MULTILINE)
    return len(word.findall(data)) > len(own.findall(data))


class _Uses(cst.CSTVisitor):
    """Find the names that are the variable, and signs of others that are only called the same."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.nodes: set[cst.Name] = set()
        self.has_right = False
        self.hidden = False

    def visit_Name(self, node: cst.Name) -> None:
        self.has_right |= node.value == RIGHT
        if node.value == self.name:
            self.nodes.add(node)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Param(self, node: cst.Param) -> None:
        self.hidden |= node.name.value == self.name

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        own = {
            each.name
            for each in assignments(cst.Module(body=[node]))
            if not each.keys and each.operator == "="
        }
        self.hidden |= self.name in own or node.name.value == self.name

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        self.hidden |= self.name in (node.evaluated_name, node.evaluated_alias)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        """`__all__ = ["CHANNELS_LAYERS"]` and `globals()["CHANNELS_LAYERS"]` name it without being it."""
        code = cst.Module(body=[node.with_changes(leading_lines=[])]).code
        indirect = re.search(r"\b(__all__|globals|locals|vars|setattr|getattr)\b", code)
        self.hidden |= bool(indirect) and re.search(rf"['\"]{self.name}['\"]", code) is not None


class _Rename(cst.CSTTransformer):
    def __init__(self, nodes: set[cst.Name]) -> None:
        super().__init__()
        self.nodes = nodes

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return (
            updated_node.with_changes(value=RIGHT) if original_node in self.nodes else updated_node
        )
