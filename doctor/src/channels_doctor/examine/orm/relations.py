"""The relations between models: the attributes that lead from an instance to others."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ..python.definitions import Definition
from ..python.expressions import argument, keyword, string_value
from .models import FOREIGN_KEYS, TO_MANY_FIELDS, find_model, is_model, is_user, model_fields

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

ONE_TO_ONE = "OneToOneField"
USER_RELATIONS = ("groups", "user_permissions")


class Relation(NamedTuple):
    """An attribute: whether it leads to several instances, and to which model.

    The model is None when it is unknown. `is_user` says that it is the user's, and
    `is_reverse_one` that the other instance of a one-to-one relation has the field.
    """

    is_many: bool
    model: Definition | None
    is_user: bool = False
    is_reverse_one: bool = False


@lru_cache(maxsize=1)
def relations(project: Project) -> Relations:
    """Return the relations of a project's models."""
    return Relations(project)


class Relations:
    """The relations by the node of their model's class; those of the user stand for themselves."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._of_user = {name: Relation(True, None) for name in USER_RELATIONS}
        self._of_model: dict[ast.AST, dict[str, Relation]] = {}
        self.user_model = self._find_user_model()
        for module, node in project.find_all(ast.ClassDef):
            model = Definition(module, node)
            if is_model(project.resolver, model):
                for field in model_fields(project.resolver, model):
                    self._add(model, *field)

    def _find_user_model(self) -> Definition | None:
        name = self._project.settings["AUTH_USER_MODEL"].value
        return self._named(name) if isinstance(name, str) else None

    def _named(self, name: str) -> Definition | None:
        """Return the model of the name "Room" or "chat.Room", None when it is not exactly one."""
        found = [
            Definition(module, node)
            for module, node in self._project.find_all(ast.ClassDef)
            if node.name == name.rsplit(".", maxsplit=1)[-1]
        ]
        models = [each for each in found if is_model(self._project.resolver, each)]
        return models[0] if len(models) == 1 else None

    def _add(self, model: Definition, owner: Module, name: str, call: ast.Call) -> None:
        kind = owner.full_name(call.func).split(".")[-1]
        is_many = kind in TO_MANY_FIELDS
        target = argument(call, 0, "to")
        if not (is_many or kind in FOREIGN_KEYS) or target is None:
            return
        leads_to_user = is_user(owner, target)
        other = self.user_model if leads_to_user else self._target(model, owner, target)
        leads_to_user = leads_to_user or (other is not None and self.is_user(other))
        own = self._of_model.setdefault(model.node, {})
        own[name] = Relation(is_many, other, leads_to_user)
        is_one = kind == ONE_TO_ONE
        reverse = Relation(not is_one, model, is_reverse_one=is_one)
        reverse_name = _reverse_name(model, kind, call)
        if reverse_name and leads_to_user:
            self._of_user[reverse_name] = reverse
        elif reverse_name and other is not None:
            self._of_model.setdefault(other.node, {})[reverse_name] = reverse

    def _target(self, model: Definition, owner: Module, node: ast.expr) -> Definition | None:
        name = string_value(node)
        if name is None:
            found = find_model(self._project.resolver, owner, node)
            return found if found and found.is_class else None
        return model if name == "self" else self._named(name)

    def is_user(self, model: Definition) -> bool:
        """Return whether a model, which another package may define, is that of the users."""
        if model.is_class:
            return self.user_model is not None and model.node is self.user_model.node
        return is_user(model.module, model.value or model.node)

    def of_user(self, name: str) -> Relation | None:
        """Return what an attribute of the user leads to, None for any other attribute."""
        found = self._of_user.get(name)
        return found or (self.of_model(self.user_model, name) if self.user_model else None)

    def of_model(self, model: Definition, name: str) -> Relation | None:
        """Return what an attribute of an instance leads to, None for any other attribute."""
        if not model.is_class:
            return None
        classes = (each.node for each in self._project.resolver.mro(model))
        found = (self._of_model.get(each, {}).get(name) for each in classes)
        return next(filter(None, found), None)


def _reverse_name(model: Definition, kind: str, call: ast.Call) -> str:
    """Return the attribute that a relation adds to the other model, "" when there is none."""
    given = keyword(call, "related_name")
    if given is None:
        return model.name.lower() + ("" if kind == ONE_TO_ONE else "_set")
    name = string_value(given) or ""
    return name if name.isidentifier() else ""
