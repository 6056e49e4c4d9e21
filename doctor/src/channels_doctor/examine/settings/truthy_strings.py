"""Settings that are the truth of a text: each text is true but the empty one."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ..python.expressions import argument, constant_value, string_value, subscript_index
from ..python.source_text import replacement_diff, source_text
from .environment_reads import TEXT_FUNCTIONS
from .item_location import module_of

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from .assignments import Assignment


def always_true_text(project: Project, setting: Assignment) -> str:
    """Return the environment variable whose text is a condition that is always true, else "".

    It has a default that is true, or Python fails without it. A deployment that sets it to the
    empty text, for which alone it is false, knows that.
    """
    module, node = module_of(project, setting), setting.node
    read = _read(module, node) if module else None
    name = _variable(read) if read else ""
    empty = re.compile(rf"""\b{re.escape(name)}["']?\s*[=:]\s*(""|'')?\s*$""", re.MULTILINE)
    is_emptied = any(empty.search(file.text()) for file in project.deployment_files)
    return name if name and not is_emptied else ""


def text_comparison(project: Project, setting: Assignment) -> str:
    """Return the change of such a setting to a comparison of the text."""
    module, node = module_of(project, setting), setting.node
    read = _read(module, node) if module else None
    if module is None or node is None or read is None:
        return ""
    text = source_text(module, read)
    if isinstance(read, ast.Call):
        function, name = source_text(module, read.func), source_text(module, read.args[0])
        text = f'{function}({name}, "")'
    return replacement_diff(module, node, f'{text}.lower() in ("1", "true")')


def _read(module: Module, node: ast.AST | None) -> ast.Call | ast.Subscript | None:
    """Return the expression that reads a variable, whose truth the setting is or is made to be."""
    is_bool = isinstance(node, ast.Call) and module.full_name(node.func) == "bool"
    if is_bool and len(node.args) == 1:  # type: ignore[union-attr]
        node = node.args[0]  # type: ignore[union-attr]
    if isinstance(node, ast.Subscript):
        return node if module.full_name(node.value) == "os.environ" else None
    if not isinstance(node, ast.Call) or module.full_name(node.func) not in TEXT_FUNCTIONS:
        return None
    default = constant_value(argument(node, 1, "default"))
    return node if node.args and default not in (None, "", False, 0) else None


def _variable(read: ast.Call | ast.Subscript) -> str:
    first = read.args[0] if isinstance(read, ast.Call) else subscript_index(read)
    return string_value(first) or ""
