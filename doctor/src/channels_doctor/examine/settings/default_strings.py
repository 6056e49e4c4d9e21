"""The text of an expression where no variable of the environment is set."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from ..deployment.matching_files import matching_files
from ..python.expressions import constant_value
from .environment_reads import environment_read

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver

URL_OF_HOST = re.compile(rb"""HOST\w*["']?\s*[=:]\s*["']?(rediss?|valkeys?|unix)://""")
MAX_DEPTH = 8  # names and texts in texts


def default_text(resolver: Resolver, module: Module, node: Any, depth: int = 0) -> str | None:
    """Return a text with the defaults of the variables in it, None when it has none."""
    module, node = resolver.value(module, node)
    parts: list[Any] | None = None
    if isinstance(node, ast.JoinedStr):
        parts = [getattr(each, "value", None) if _is_field(each) else each for each in node.values]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    if depth > MAX_DEPTH:
        return None
    if parts is not None:
        texts = [default_text(resolver, module, each, depth + 1) for each in parts]
        return None if None in texts else "".join(map(str, texts))
    if isinstance(constant_value(node), (str, int)):
        return str(constant_value(node))
    read = environment_read(node)
    return read.default if read else None


def gives_hosts_a_scheme(project: Project) -> bool:
    """Return whether a deployment file gives a URL to a variable for a host."""
    return any(matching_files(project, URL_OF_HOST))


def _is_field(node: ast.AST) -> bool:
    return isinstance(node, ast.FormattedValue)
