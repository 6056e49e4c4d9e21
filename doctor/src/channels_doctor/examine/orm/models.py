"""The Django models of a project, and the classes of their fields."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterator

from ..python.definitions import Definition, assignment_targets
from ..python.expressions import string_value, variable_name
from .query_methods import INSTANCE

if TYPE_CHECKING:
    from ..python.modules import Module
    from ..python.resolver.classes import Resolver
    from .orm_type import OrmType

DJANGO_BASES = ("django.db.models.", "django.contrib.")
MODEL_PACKAGES = ("django.contrib.", "rest_framework.authtoken.")
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


def find_model(resolver: Resolver, module: Module, node: ast.AST) -> Definition | None:
    """Return the model that an expression names.

    The definition of a model that another package defines is the expression itself.
    """
    name = module.full_name(node)
    if not name:
        return Definition(module, node) if _is_model_getter(module, node) else None
    found = resolver.definition(module, node)
    if found is None:
        is_contrib = name.startswith(MODEL_PACKAGES) and ".models." in name
        return Definition(module, node) if is_contrib else None
    if found.is_class:
        return found if is_model(resolver, found) else None
    is_getter = found.value is not None and _is_model_getter(found.module, found.value)
    return found if is_getter else None


def _is_model_getter(module: Module, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return module.full_name(node.func).split(".")[-1] in MODEL_GETTERS


def is_model(resolver: Resolver, cls: Definition) -> bool:
    """Return whether a class of the project is a model, by its ancestors or by its fields."""
    bases = resolver.outside_bases(cls)
    if any(base.startswith(OTHER_LIBRARIES) for base in bases):
        return False
    return any(base.startswith(DJANGO_BASES) for base in bases) or any(
        module.full_name(call.func).startswith("django.db.models.")
        for module, _, call in model_fields(resolver, cls)
    )


def model_fields(resolver: Resolver, cls: Definition) -> Iterator[tuple[Module, str, ast.Call]]:
    """Yield the attributes that a class or an ancestor assigns a call: module, name and call."""
    for each in resolver.mro(cls):
        for node in each.node.body:
            for target in assignment_targets(node):
                if isinstance(node.value, ast.Call):
                    yield each.module, variable_name(target), node.value


def manager_class(resolver: Resolver, model: Definition) -> Definition | None:
    """Return the class of a model's `objects`, None when the project does not define it."""
    manager = resolver.member(model, "objects")
    if manager is None or not isinstance(manager.value, ast.Call):
        return None
    found = resolver.definition(manager.module, manager.value.func)
    return found if found and found.is_class else None


def is_user(module: Module, node: ast.AST) -> bool:
    """Return whether an expression, or a text, names the model of users."""
    if _is_model_getter(module, node):
        return True
    name = string_value(node) or module.full_name(node)
    return name.split(".")[-1] in USER_MODELS


def is_own_coroutine(resolver: Resolver, holder: OrmType, method: str) -> bool:
    """Return whether the project replaces a method of Django by an `async def`."""
    model = holder.model
    if model is None or not model.is_class:
        return False
    owner = model if holder.name == INSTANCE else manager_class(resolver, model)
    found = resolver.member(owner, method) if owner else None
    return found is not None and isinstance(found.node, ast.AsyncFunctionDef)
