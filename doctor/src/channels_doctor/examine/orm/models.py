"""Which names of a project are Django's models, and what a model's fields are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Iterator

from ..python.names import Definition

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

DJANGO = ("django.db.models.", "django.contrib.")
GETTERS = ("get_user_model", "get_model", "load_model", "get_user_model_lazy")
# Whoever else has `.objects`, or a `Model` of his own, and does not speak to Django's database.
OTHERS = (
    "mongoengine", "ormar", "tortoise", "peewee", "beanie", "pydantic", "odmantic", "edgy", "saffier", "umongo",
    "mongomotor", "elasticsearch", "django_elasticsearch", "pynamodb", "cassandra", "django_cassandra", "redis_om",
)  # fmt: skip
RELATIONS = {"ForeignKey", "OneToOneField", "ParentalKey", "TreeForeignKey"}
MANY = {"ManyToManyField", "GenericRelation", "TaggableManager", "ParentalManyToManyField"}


def model(project: Project, module: Module, node: ast.AST) -> Definition | None:
    """Return the model that an expression names; for models of others the definition is where they are imported."""
    name = module.qualified(node)
    if not name:
        return Definition(module, node) if _is_getter(module, node) else None
    found = project.names.look(module, node)
    if found is None:
        return (
            Definition(module, node)
            if name.startswith("django.contrib.") and ".models." in name
            else None
        )
    if isinstance(found.node, ast.ClassDef):
        return found if is_model(project, found) else None
    value = getattr(found.node, "value", None)
    return found if value is not None and _is_getter(found.module, value) else None


def _is_getter(module: Module, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and module.qualified(node.func).split(".")[-1] in GETTERS


def is_model(project: Project, found: Definition) -> bool:
    """Return whether a class of the project is a model: by its ancestors, or by its fields."""
    outside = project.names.outside(found)
    if any(base.startswith(OTHERS) for base in outside):
        return False
    return any(base.startswith(DJANGO) for base in outside) or any(
        module.qualified(call.func).startswith("django.db.models.")
        for module, _, call in fields(project, found)
    )


def fields(project: Project, found: Definition) -> Iterator[tuple[Module, str, ast.Call]]:
    """Yield the attributes of a class, inherited ones too, that calls give it: module, name, call."""
    for each in project.names.lineage(found):
        for node in each.node.body:
            value: Any = getattr(node, "value", None)
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(value, ast.Call):
                for target in getattr(node, "targets", [getattr(node, "target", None)]):
                    yield each.module, getattr(target, "id", ""), value


def field(project: Project, found: Definition, name: str) -> str:
    """Return the class of a model's field, as `ForeignKey`; "" when the model has no such field."""
    if not isinstance(found.node, ast.ClassDef):
        return ""
    kinds = (
        module.qualified(call.func) for module, each, call in fields(project, found) if each == name
    )
    return next(kinds, "").split(".")[-1]


def backwards(project: Project) -> set[str]:
    """Return the names by which a user has what points at it by a OneToOneField: reading them asks the database."""
    names = set()
    for module, node in project.all(ast.ClassDef):
        for _, _, call in fields(project, Definition(module, node)):
            if (
                module.qualified(call.func).endswith("OneToOneField")
                and call.args
                and _is_user(module, call.args[0])
            ):
                related = [
                    getattr(word.value, "value", None)
                    for word in call.keywords
                    if word.arg == "related_name"
                ]
                names.add(str(related[0]) if related else node.name.lower())
    return names


def _is_user(module: Module, node: ast.AST) -> bool:
    if _is_getter(module, node):
        return True
    name = (
        str(getattr(node, "value", ""))
        if isinstance(node, ast.Constant)
        else module.qualified(node)
    )
    return name.split(".")[-1] in {"User", "CustomUser", "AUTH_USER_MODEL"}
