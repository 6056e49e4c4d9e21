"""An import names something that the module of Channels does not have."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..channels.public_names import IMPORTED, NAMES
from ..finding import Finding
from ..python.importable import close_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "ImportError: cannot import name 'AuthMiddlewareStack' from 'channels.middleware'"


def check(project: Project) -> Iterator[Finding]:
    """Find names that another module of Channels defines, and misspelt ones."""
    for module in project.modules:
        for statement in module.find_all(ast.ImportFrom):
            origin = module.imported_module(statement)
            if origin not in NAMES or module.is_inside(statement, ast.Try):
                continue
            for alias in statement.names:
                right = _right_name(origin, alias.name)
                if right:
                    message = f"`{origin}` has no `{alias.name}`. Import `{right}`."
                    fix = _fix(module, statement, alias, right)
                    symptom = f"ImportError: cannot import name '{alias.name}' from '{origin}'"
                    yield Finding(message, module.location(statement), fix, symptom=symptom)


def _fix(module: Module, statement: ast.ImportFrom, wrong: ast.alias, right: str) -> str:
    """Return the diff that imports the right name, and the others as before."""
    owner, _, name = right.rpartition(".")
    new = [f"+from {owner} import {ast.unparse(ast.alias(name, wrong.asname))}"]
    others = [ast.unparse(each) for each in statement.names if each is not wrong]
    kept = [f"+from {statement.module} import {', '.join(others)}"] if others else []
    return "\n".join([f"-{module.source_line(statement)}", *kept, *new])


def _right_name(origin: str, name: str) -> str:
    """Return the full name that a wrong one means, "" for one that is right or unknown."""
    if name in NAMES[origin] or name in IMPORTED.get(origin, ()):
        return ""
    elsewhere = next((module for module, names in NAMES.items() if name in names), "")
    if elsewhere:
        return f"{elsewhere}.{name}"
    near = close_name(name, sorted(NAMES[origin]))
    return f"{origin}.{near}" if near else ""
