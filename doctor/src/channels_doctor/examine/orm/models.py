"""The Django models of a project, and the classes of their fields."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.definitions import Definition, assignment_targets
from ..python.expressions import keyword, string_value, variable_name

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

DJANGO_BASES = ("django.db.models.", "django.contrib.")
MODEL_GETTERS = ("get_user_model", "get_model", "load_model", "get_user_model_lazy")
# Packages with `.objects` or a `Model` of their own that do not use Django's database.
OTHER_LIBRARIES = (
    "mongoengine", "ormar", "tortoise", "peewee", "beanie", "pydantic", "odmantic", "edgy",
    "saffier", "umongo", "mongomotor", "elasticsearch", "django_elasticsearch", "pynamodb",
    "cassandra", "django_cassandra", "redis_om",
)  # fmt: skip
FOREIGN_KEYS = {"ForeignKey", "OneToOneField", "ParentalKey", "TreeForeignKey"}
TO_MANY_FIELDS = {
    "ManyToManyField", "GenericRelation", "TaggableManager", "ParentalManyToManyField",
}  # fmt: skip
USER_MODELS = {"User", "CustomUser", "AUTH_USER_MODEL"}


def find_model(project: Project, module: Module, node: ast.AST) -> Definition | None:
    """Return the model that an expression names.

    The definition of a model that another package defines is the expression itself.
    """
    name = module.full_name(node)
    if not name:
        return Definition(module, node) if _is_model_getter(module, node) else None
    found = project.resolver.definition(module, node)
    if found is None:
        is_contrib = name.startswith("django.contrib.") and ".models." in name
        return Definition(module, node) if is_contrib else None
    if found.is_class:
        return found if is_model(project, found) else None
    is_getter = found.value is not None and _is_model_getter(found.module, found.value)
    return found if is_getter else None


def _is_model_getter(module: Module, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return module.full_name(node.func).split(".")[-1] in MODEL_GETTERS


def is_model(project: Project, cls: Definition) -> bool:
    """Return whether a class of the project is a model, by its ancestors or by its fields."""
    bases = project.resolver.outside_bases(cls)
    if any(base.startswith(OTHER_LIBRARIES) for base in bases):
        return False
    return any(base.startswith(DJANGO_BASES) for base in bases) or any(
        module.full_name(call.func).startswith("django.db.models.")
        for module, _, call in _fields(project, cls)
    )


def _fields(project: Project, cls: Definition) -> Iterator[tuple[Module, str, ast.Call]]:
    """Yield the attributes that a class or an ancestor assigns a call: module, name and call."""
    for each in project.resolver.mro(cls):
        for node in each.node.body:
            for target in assignment_targets(node):
                if isinstance(node.value, ast.Call):
                    yield each.module, variable_name(target), node.value


def field_class(project: Project, model: Definition, name: str) -> str:
    """Return the class of a model's field, such as `ForeignKey`, "" when there is no such field."""
    fields = _fields(project, model) if model.is_class else ()
    found = (module.full_name(call.func) for module, each, call in fields if each == name)
    return next(found, "").split(".")[-1]


def reverse_user_relations(project: Project) -> set[str]:
    """Return the attributes of a user that other models add by a OneToOneField.

    Reading one runs a query.
    """
    names = set()
    for module, node in project.find_all(ast.ClassDef):
        for owner, _, call in _fields(project, Definition(module, node)):
            is_one_to_one = owner.full_name(call.func).endswith("OneToOneField") and call.args
            if is_one_to_one and _is_user(owner, call.args[0]):
                related_name = keyword(call, "related_name")
                names.add(str(string_value(related_name)) if related_name else node.name.lower())
    return names


def _is_user(module: Module, node: ast.AST) -> bool:
    if _is_model_getter(module, node):
        return True
    name = string_value(node) or module.full_name(node)
    return name.split(".")[-1] in USER_MODELS
