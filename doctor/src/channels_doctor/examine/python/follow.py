"""From a name to the expression that it stands for, through assignments and imports of the project."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..project import Project
    from .modules import Module

FURTHEST = 10  # steps


def follow(project: Project, module: Module, node: ast.AST) -> tuple[Module, ast.AST]:
    """Return where an expression is made: its module and node; the given ones when nothing more can be told.

    A name that is assigned several times stays a name, because only running the code would tell.
    """
    for _ in range(FURTHEST):
        step = _step(project, module, node)
        if step is None:
            break
        module, node = step
    return module, node


def _step(project: Project, module: Module, node: ast.AST) -> tuple[Module, ast.AST] | None:
    if isinstance(node, ast.Name) and node.id not in module.imports:
        return _assigned(module, node.id)
    full = module.qualified(node)
    owner, _, name = full.rpartition(".")
    other = project.module(owner)
    if not full or other is None or other is module:
        return None
    return _assigned(other, name) or (
        (other, ast.Name(name, ast.Load())) if name in other.imports else None
    )


def _assigned(module: Module, name: str) -> tuple[Module, ast.AST] | None:
    """Return the only value that a name of a module is given."""
    given = [value for target, value in _assignments(module) if getattr(target, "id", None) == name]
    stores = [
        each for each in module.all(ast.Name) if each.id == name and isinstance(each.ctx, ast.Store)
    ]
    return (module, given[0]) if len(given) == 1 and len(stores) == 1 else None


def _assignments(module: Module) -> list[tuple[ast.AST, ast.AST]]:
    plain = [(target, each.value) for each in module.all(ast.Assign) for target in each.targets]
    typed = [(each.target, each.value) for each in module.all(ast.AnnAssign) if each.value]
    return [*plain, *typed]
