"""Rename `CHANNELS_LAYERS`, `CHANNEL_LAYER` and the like to `CHANNEL_LAYERS` in the whole file."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

import libcst as cst

from channels_doctor.examine.file_selection import find_files
from channels_doctor.fixes.setting_statements import find_statements
from channels_doctor.fixes.source_file import CannotFix, SourceFile

RIGHT_NAME = "CHANNEL_LAYERS"
MIN_SIMILARITY = 0.75


def fix(source: SourceFile, line: int) -> cst.Module:
    """Return the file with the right name for the setting that is assigned on the line."""
    name = _misspelt_name(source, line)
    uses = _Uses(name)
    source.module.visit(uses)
    _refuse_if_unsafe(source, name, uses)
    module = source.module.visit(_Rename(uses.nodes))
    assert isinstance(module, cst.Module)
    return module


def _misspelt_name(source: SourceFile, line: int) -> str:
    names = {each.name for each in find_statements(source.module) if each.is_at(line)}
    similar = [name for name in names - {RIGHT_NAME} if _similarity(name) >= MIN_SIMILARITY]
    if len(similar) != 1:
        raise CannotFix("no setting like CHANNEL_LAYERS is assigned on that line.")
    return similar[0]


def _similarity(name: str) -> float:
    return SequenceMatcher(None, name.upper(), RIGHT_NAME).ratio()


def _refuse_if_unsafe(source: SourceFile, name: str, uses: _Uses) -> None:
    if uses.has_right_name:
        raise CannotFix(f"{source.path} has both {name} and {RIGHT_NAME}.")
    if uses.is_ambiguous:
        raise CannotFix(f"{name} is also the name of something else in {source.path}.")
    for file in find_files(source.root, ".py"):
        if file.path != source.path and _needs_name(file.read() or b"", name):
            raise CannotFix(f"{file.path} uses {name}, too.")


def _needs_name(data: bytes, name: str) -> bool:
    """Return whether another file uses the name, other than to assign a setting of its own."""
    word = re.compile(rb"\b%s\b" % name.encode())
    assignment = re.compile(rb"^%s[ \t]*(:[^=\n]*)?=(?!=)" % name.encode(), re.MULTILINE)
    return len(word.findall(data)) > len(assignment.findall(data))


class _Uses(cst.CSTVisitor):
    """Finds the nodes that are the variable, and signs that other things have the same name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.nodes: set[cst.Name] = set()
        self.has_right_name = False
        self.is_ambiguous = False

    def visit_Name(self, node: cst.Name) -> None:
        self.has_right_name |= node.value == RIGHT_NAME
        if node.value == self.name:
            self.nodes.add(node)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Param(self, node: cst.Param) -> None:
        self.is_ambiguous |= node.name.value == self.name

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        local_names = {
            each.name
            for each in find_statements(cst.Module(body=[node]))
            if not each.keys and each.operator == "="
        }
        self.is_ambiguous |= self.name in local_names or node.name.value == self.name

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        self.is_ambiguous |= self.name in (node.evaluated_name, node.evaluated_alias)

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        """`__all__ = ["CHANNELS_LAYERS"]` and `globals()["CHANNELS_LAYERS"]` use it as a string."""
        code = cst.Module(body=[node.with_changes(leading_lines=[])]).code
        indirect = re.search(r"\b(__all__|globals|locals|vars|setattr|getattr)\b", code)
        has_string = re.search(rf"['\"]{self.name}['\"]", code) is not None
        self.is_ambiguous |= bool(indirect) and has_string


class _Rename(cst.CSTTransformer):
    def __init__(self, nodes: set[cst.Name]) -> None:
        super().__init__()
        self.nodes = nodes

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        if original_node in self.nodes:
            return updated_node.with_changes(value=RIGHT_NAME)
        return updated_node
