"""The models that need an installed app: they have no `app_label` of their own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..python.definitions import Definition, assigned_names
from ..python.expressions import constant_value

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

MODELS = ("django.db.models.Model", "django.db.models.base.Model")
USERS = ("django.contrib.auth.models.Abstract", "django.contrib.auth.base_user.Abstract")


def models_without_label(project: Project, module: Module) -> Iterator[Definition]:
    """Yield the models at the top level of a module that are neither abstract nor labelled."""
    for node in module.tree.body:
        cls = Definition(module, node)
        if cls.is_class and _is_model(project, cls) and not _has_label(project, cls):
            yield cls


def _is_model(project: Project, cls: Definition) -> bool:
    """Return whether a class is certainly a model of Django, and no abstract one."""
    bases = project.resolver.outside_bases(cls)
    is_model = any(each in MODELS or each.startswith(USERS) for each in bases)
    options = {name: value for meta in _metas(cls) for name, value in _options(meta)}
    return is_model and constant_value(options.get("abstract")) is not True


def _has_label(project: Project, cls: Definition) -> bool:
    """Return whether a class or an ancestor may set the label of its app."""
    metas = [meta for each in project.resolver.mro(cls) for meta in _metas(each)]
    return bool(cls.node.keywords) or any(
        name == "app_label" for meta in metas for name, _ in _options(meta)
    )


def _metas(cls: Definition) -> list[ast.ClassDef]:
    return [
        each for each in cls.node.body if isinstance(each, ast.ClassDef) and each.name == "Meta"
    ]


def _options(meta: ast.ClassDef) -> Iterator[tuple[str, ast.AST | None]]:
    statements: list[Any] = meta.body
    for statement in statements:
        yield from ((name, statement.value) for name in assigned_names(statement))
