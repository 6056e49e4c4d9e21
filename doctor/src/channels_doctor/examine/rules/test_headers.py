"""A test passes socket headers as text instead of bytes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..finding import Finding
from ..project_tests.communicators import communicators
from ..python.expressions import argument, constant_value, method_name, string_value, variable_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "warning"
DEPTH = "source"
SYMPTOM = (
    "Consumers and middleware do not find the header, and the origin check refuses the socket."
)

THIRD = 2  # the index of `headers`
UNPACKED = "ValueError: too many values to unpack (expected 2)"


def check(project: Project) -> Iterator[Finding]:
    """Find the first headers of each module whose names are text and not bytes."""
    seen = set()
    for each in communicators(project):
        given = argument(each.call, THIRD, "headers")
        if given is None or each.module in seen:
            continue
        module, value = project.resolver.value(each.module, given)
        name = next(filter(None, _text_names(project, module, value)), "")
        if isinstance(value, ast.Dict) and any(value.keys):
            seen.add(each.module)
            yield _dictionary(module, value)
        elif name:
            seen.add(each.module)
            message = (
                f'The header "{name}" is text, but ASGI headers are bytes, so nothing reads it.'
                " Write bytes."
            )
            fix = f'headers=[(b"{name.lower()}", b"…")]'
            yield Finding(message, module.location(value), fix)


def _dictionary(module: Module, value: ast.Dict) -> Finding:
    names = (constant_value(each) for each in value.keys if each)
    name = next((str(each, "ascii") if isinstance(each, bytes) else each for each in names), "…")
    message = (
        "ASGI headers are a list of pairs, and this test passes a dictionary. Write a list of pairs"
        " of bytes."
    )
    fix = f'headers=[(b"{str(name).lower()}", b"…")]'
    return Finding(message, module.location(value), fix, symptom=UNPACKED)


def _text_names(project: Project, module: Module, node: ast.AST) -> Iterator[str]:
    """Yield the names that are text in a list of pairs, or in the items of a dictionary."""
    if isinstance(node, ast.Call) and variable_name(node.func) in {"list", "tuple"} and node.args:
        node = node.args[0]
    if isinstance(node, ast.Call) and method_name(node) == "items":
        node = project.resolver.value(module, node.func.value)[1]  # type: ignore[attr-defined]
    names: list[ast.expr | None] = []
    if isinstance(node, ast.Dict):
        names = node.keys
    elif isinstance(node, (ast.List, ast.Tuple)):
        pairs = (each for each in node.elts if isinstance(each, (ast.Tuple, ast.List)))
        names = [each.elts[0] for each in pairs if each.elts]
    yield from (string_value(each) or "" for each in names if each)
